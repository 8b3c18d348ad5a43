using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope;

/// <summary>One project at Pxxl. What the service did not say is null.</summary>
public sealed class Project
{
    /// <summary>The id, such as <c>proj_123</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The same as <see cref="Id"/>, under the name that the deployment cmdlets take it by from the pipeline.</summary>
    public string ProjectId => Id;

    /// <summary>The project's name.</summary>
    public string? Name { get; init; }

    /// <summary>The service's word, such as <c>active</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The service's word, such as <c>web_service</c>.</summary>
    public string? ProjectType { get; init; }

    /// <summary>Such as <c>nextjs</c>.</summary>
    public string? Framework { get; init; }

    /// <summary>Such as <c>typescript</c>.</summary>
    public string? Language { get; init; }

    /// <summary>The Git repository; null for a project that is deployed from zip files.</summary>
    public Uri? RepositoryUrl { get; init; }

    /// <summary>The branch that is deployed.</summary>
    public string? Branch { get; init; }

    /// <summary>Where the deployed site is.</summary>
    public Uri? Url { get; init; }

    /// <summary>UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Its page in the dashboard.</summary>
    public Uri? DashboardUrl => PxxlUrls.DashboardUrl(Id);

    /// <inheritdoc/>
    public override string ToString() => Name ?? Id;
}
