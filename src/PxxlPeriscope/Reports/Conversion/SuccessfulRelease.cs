namespace PxxlPeriscope.Reports.Conversion;

/// <summary>The last successful release of a service in an environment.</summary>
/// <param name="Service">The report's service.</param>
/// <param name="Environment">The report's environment.</param>
/// <param name="DeploymentId">The deployment's id at Pxxl.</param>
/// <param name="ProjectId">The project's id at Pxxl.</param>
/// <param name="CommitSha">The released commit; null for a zip deployment, after which the previous commit is not known.</param>
/// <param name="StartedAt">The start time.</param>
/// <param name="CompletedAt">The completion time.</param>
/// <param name="IsExact">Whether Pxxl returned the completion time; otherwise it was derived.</param>
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
