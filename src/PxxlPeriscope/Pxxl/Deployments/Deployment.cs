using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Pxxl.Deployments;

namespace PxxlPeriscope;

/// <summary>One deployment at Pxxl. What the service did not say is null, never 0.</summary>
public sealed record Deployment
{
    /// <summary>The id, such as <c>dep_123</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The project's id.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The project's name.</summary>
    public string? ProjectName { get; init; }

    /// <summary>Where it stands, by the deployment's own word; by the build's only where there is no other.</summary>
    public DeploymentStatus Status { get; init; }

    /// <summary>The word that <see cref="Status"/> was read from, as the service wrote it.</summary>
    public string? RawStatus { get; init; }

    /// <summary>The build's word, as the service wrote it. A completed build is not live yet.</summary>
    public string? BuildStatus { get; init; }

    /// <summary>The service gave no word but the build's.</summary>
    internal bool IsBuildStatusOnly { get; init; }

    /// <summary>Nothing more will happen to it by itself.</summary>
    public bool IsTerminal => Status.IsTerminal();

    /// <summary>
    /// For a failed one, whether its build or its release failed; null where the build's word does not tell. A build that has
    /// completed cannot have been what failed.
    /// </summary>
    public FailedPhase? FailedPhase =>
        Status != DeploymentStatus.Failed
            ? null
            : DeploymentStatusParser.Parse(BuildStatus) switch
            {
                DeploymentStatus.Failed => PxxlPeriscope.FailedPhase.Build,
                DeploymentStatus.Success => PxxlPeriscope.FailedPhase.Release,
                _ => null,
            };

    /// <summary><c>preview</c> for a preview, else the deployment's own word; null means that none was given.</summary>
    public string? Environment { get; init; }

    /// <summary>Git branch.</summary>
    public string? Branch { get; init; }

    /// <summary>Git commit, full or short. A zip deployment has none, or an identifier that is no commit.</summary>
    public string? CommitSha { get; init; }

    /// <summary>The commit's message.</summary>
    public string? CommitMessage { get; init; }

    /// <summary>UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>UTC, where the service says when it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>UTC of the last change of any kind.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>How long the build took, in seconds.</summary>
    public double? BuildSeconds { get; init; }

    /// <summary>Size of what was built, in bytes.</summary>
    public long? ArtifactBytes { get; init; }

    /// <summary>Why it failed, in the service's words.</summary>
    public string? FailureReason { get; init; }

    /// <summary>Who or what started it.</summary>
    public string? TriggeredBy { get; init; }

    /// <summary>Where the deployed site is.</summary>
    public Uri? Url => PxxlUrls.ParseSiteUrl(SiteText);

    /// <summary>The site as the service wrote it. Most of a long list's rows are never asked for it, and an Uri is large.</summary>
    internal string? SiteText { get; init; }

    /// <summary>The number of the pull request that a preview belongs to.</summary>
    public long? PullRequestNumber { get; init; }

    /// <summary>Its page in the dashboard.</summary>
    public Uri? DashboardUrl => PxxlUrls.DashboardUrl(ProjectId, Id);

    /// <summary>From creation to the end, where both are known; else the build's time.</summary>
    public TimeSpan? Duration =>
        FinishedAt - CreatedAt is { } span && span >= TimeSpan.Zero ? span
        : BuildSeconds is { } seconds and < 1e9 ? TimeSpan.FromSeconds(seconds)
        : null;

    /// <summary>The same with what an event says beside it, where the deployment itself does not.</summary>
    internal Deployment Completed(string? status, string? projectId, string? projectName) =>
        this with
        {
            Status =
                RawStatus is null || RawStatus == BuildStatus
                    ? DeploymentStatusParser.Parse(status) is var read && read != DeploymentStatus.Unknown
                        ? read
                        : Status
                    : Status,
            RawStatus = RawStatus is null || RawStatus == BuildStatus ? status ?? RawStatus : RawStatus,
            ProjectId = ProjectId ?? projectId,
            ProjectName = ProjectName ?? projectName,
        };

    /// <inheritdoc/>
    public override string ToString() => Id;
}
