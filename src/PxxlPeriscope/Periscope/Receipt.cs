namespace PxxlPeriscope;

/// <summary>What became of a report: Periscope has it, or it waits in an outbox.</summary>
public sealed class Receipt
{
    /// <summary>The id that was sent.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>What became of the report.</summary>
    public ReceiptAction Action { get; init; }

    /// <summary>Periscope's own number of the record; null if it gave none.</summary>
    public long? RecordId { get; init; }

    /// <summary>How many merged pull requests it linked; null if it did not say. Only successful production deployments link any.</summary>
    public int? LinkedPullRequests { get; init; }

    /// <summary>The environment that was sent.</summary>
    public required string Environment { get; init; }

    /// <summary>The status that was sent.</summary>
    public required string Status { get; init; }

    /// <summary>How often it was sent now; 0 when it was not.</summary>
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

    /// <summary>Whether links were to be expected and none was made: the commit matches no merged pull request that Periscope knows.</summary>
    internal bool HasNoLinkedPullRequests => LinkedPullRequests == 0 && Status == ReportStatus.Success && Environment == "production";
}
