using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope;

/// <summary>A project at Pxxl. Values that the service does not return are null.</summary>
public sealed class Project
{
    /// <summary>The id, such as <c>proj_123</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Same as <see cref="Id"/>, under the name by which the deployment cmdlets bind it from the pipeline.</summary>
    public string ProjectId => Id;

    /// <summary>The project's name.</summary>
    public string? Name { get; init; }

    /// <summary>The status as reported by the service, such as <c>active</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The project type as reported by the service, such as <c>web_service</c>.</summary>
    public string? ProjectType { get; init; }

    /// <summary>The framework, such as <c>nextjs</c>.</summary>
    public string? Framework { get; init; }

    /// <summary>The programming language, such as <c>typescript</c>.</summary>
    public string? Language { get; init; }

    /// <summary>The Git repository; null for a project that is deployed from zip files.</summary>
    public Uri? RepositoryUrl { get; init; }

    /// <summary>The branch that is deployed.</summary>
    public string? Branch { get; init; }

    /// <summary>The address of the deployed site.</summary>
    public Uri? Url { get; init; }

    /// <summary>Creation time, in UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The project's page in the dashboard.</summary>
    public Uri? DashboardUrl => PxxlUrls.DashboardUrl(Id);

    /// <inheritdoc/>
    public override string ToString() => Name ?? Id;
}
