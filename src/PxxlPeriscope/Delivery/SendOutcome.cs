namespace PxxlPeriscope.Delivery;

/// <summary>
/// What became of one report: a receipt or a failure, or both where it waits in an outbox; or neither, where it waited there and
/// another process has delivered it.
/// </summary>
public sealed class SendOutcome
{
    /// <summary>The report, as it was sent.</summary>
    public required DeploymentReport Report { get; init; }

    /// <summary>The receipt; null when the report is neither at Periscope nor in an outbox.</summary>
    public Receipt? Receipt { get; init; }

    /// <summary>Why it was not delivered; null when Periscope has it.</summary>
    public ServiceException? Failure { get; init; }

    /// <summary>What whoever added the report gave with it.</summary>
    internal object? Tag { get; init; }

    /// <summary>Whether sending it again as it is would not help.</summary>
    internal bool IsRejected => Failure is { } failure && (failure.IsReportRejected || failure.Cause is CallFailure.StatusOutOfOrder);

    internal SendOutcome WithTag(object? tag) =>
        new()
        {
            Report = Report,
            Receipt = Receipt,
            Failure = Failure,
            Tag = tag,
        };

    internal bool IsDelivered => Receipt is not null && Failure is null;
}
