namespace PxxlPeriscope.Reports.Conversion;

/// <summary>The last release that succeeded for a service and environment.</summary>
/// <param name="Service">The report's service.</param>
/// <param name="Environment">The report's environment.</param>
/// <param name="DeploymentId">Pxxl's id.</param>
/// <param name="ProjectId">Pxxl's project.</param>
/// <param name="CommitSha">What it released; null for a zip deployment, after which nobody can say what was there before.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="CompletedAt">When it ended.</param>
/// <param name="IsExact">Whether Pxxl said so, or it was derived.</param>
internal sealed record SuccessfulRelease(
    string? Service,
    string Environment,
    string DeploymentId,
    string? ProjectId,
    string? CommitSha,
    DateTimeOffset StartedAt,
    DateTimeOffset CompletedAt,
    bool IsExact
);
