using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Pxxl.Deployments;

namespace PxxlPeriscope;

/// <summary>A deployment at Pxxl. Values that the service does not return are null, never 0.</summary>
public sealed record Deployment
{
    /// <summary>The id, such as <c>dep_123</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The project's id.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The project's name.</summary>
    public string? ProjectName { get; init; }

    /// <summary>The status, from the deployment status word if there is one; otherwise from the build status word.</summary>
    public DeploymentStatus Status { get; init; }

    /// <summary>The word that <see cref="Status"/> was parsed from, exactly as the service returned it.</summary>
    public string? RawStatus { get; init; }

    /// <summary>The build status, exactly as the service returned it. A completed build is not live yet.</summary>
    public string? BuildStatus { get; init; }

    /// <summary>Whether the service returned only a build status.</summary>
    internal bool IsBuildStatusOnly { get; init; }

    /// <summary>Whether the deployment is finished, so that its status no longer changes by itself.</summary>
    public bool IsTerminal => Status.IsTerminal();

    /// <summary>
    /// For a failed deployment, whether its build or its release failed; null if the build status does not tell. If the build completed,
    /// the build did not fail.
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

    /// <summary>
    /// <c>preview</c> for a preview deployment; otherwise the environment that the service returned, or null if it returned none.
    /// </summary>
    public string? Environment { get; init; }

    /// <summary>Git branch.</summary>
    public string? Branch { get; init; }

    /// <summary>Git commit, full or short. A zip deployment has no commit, or an identifier that is not a commit.</summary>
    public string? CommitSha { get; init; }

    /// <summary>The commit's message.</summary>
    public string? CommitMessage { get; init; }

    /// <summary>Creation time, in UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>End time, in UTC; null if the service does not return it.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Time of the last change of any kind, in UTC.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Duration of the build, in seconds.</summary>
    public double? BuildSeconds { get; init; }

    /// <summary>Size of the build artifact, in bytes.</summary>
    public long? ArtifactBytes { get; init; }

    /// <summary>The reason for the failure, as reported by the service.</summary>
    public string? FailureReason { get; init; }

    /// <summary>The user or system that started the deployment.</summary>
    public string? TriggeredBy { get; init; }

    /// <summary>The address of the deployed site.</summary>
    public Uri? Url => PxxlUrls.ParseSiteUrl(SiteText);

    /// <summary>
    /// The site as the service returned it. It is parsed on demand: a Uri is large, and most rows of a long list never need one.
    /// </summary>
    internal string? SiteText { get; init; }

    /// <summary>The number of the pull request that a preview belongs to.</summary>
    public long? PullRequestNumber { get; init; }

    /// <summary>The deployment's page in the dashboard.</summary>
    public Uri? DashboardUrl => PxxlUrls.DashboardUrl(ProjectId, Id);

    /// <summary>The time from creation to the end if both are known; otherwise the build time.</summary>
    public TimeSpan? Duration =>
        FinishedAt - CreatedAt is { } span && span >= TimeSpan.Zero ? span
        : BuildSeconds is { } seconds and < 1e9 ? TimeSpan.FromSeconds(seconds)
        : null;

    /// <summary>Returns the deployment with missing values filled in from the event that contains it.</summary>
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
