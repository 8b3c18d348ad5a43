namespace PxxlPeriscope;

/// <summary>Periscope's word that it has a report.</summary>
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

    /// <summary>How often it was sent before it was accepted, 1 or more.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether links were to be expected and none was made: the commit matches no merged pull request that Periscope knows.</summary>
    internal bool LacksPullRequests => LinkedPullRequests == 0 && Status == ReportStatus.Success && Environment == "production";
}
