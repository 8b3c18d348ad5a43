namespace PxxlPeriscope;

/// <summary>The result of sending a report: it was stored by Periscope or queued in the outbox.</summary>
public sealed class Receipt
{
    /// <summary>The id that was sent.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>The result for the report.</summary>
    public ReceiptAction Action { get; init; }

    /// <summary>The number of the record at Periscope; null if it did not return one.</summary>
    public long? RecordId { get; init; }

    /// <summary>
    /// The number of merged pull requests that Periscope linked; null if it did not return one. Only successful production deployments link
    /// any.
    /// </summary>
    public int? LinkedPullRequests { get; init; }

    /// <summary>The environment that was sent.</summary>
    public required string Environment { get; init; }

    /// <summary>The status that was sent.</summary>
    public required string Status { get; init; }

    /// <summary>The number of attempts to send the report this time; 0 if it was not sent.</summary>
    public int Attempts { get; init; }

    internal static Receipt ForQueued(DeploymentReport report, ServiceException failure) =>
        Create(report, ReceiptAction.Queued, failure.Attempts);

    internal static Receipt ForUnchanged(DeploymentReport report) => Create(report, ReceiptAction.Unchanged, attempts: 0);

    private static Receipt Create(DeploymentReport report, ReceiptAction action, int attempts) =>
        new()
        {
            DeploymentId = report.DeploymentId,
            Action = action,
            Environment = report.Environment,
            Status = report.Status,
            Attempts = attempts,
        };

    /// <summary>
    /// Whether links were expected but none was made, because the commit matches no merged pull request that Periscope knows.
    /// </summary>
    internal bool HasNoLinkedPullRequests => LinkedPullRequests == 0 && Status == ReportStatus.Success && Environment == "production";
}
