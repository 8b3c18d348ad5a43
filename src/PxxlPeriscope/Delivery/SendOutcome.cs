namespace PxxlPeriscope.Delivery;

/// <summary>
/// The outcome of one report: a receipt, a failure, or both if it is queued in an outbox; neither if another process has delivered the
/// queued report.
/// </summary>
public sealed class SendOutcome
{
    /// <summary>The report that was sent.</summary>
    public required DeploymentReport Report { get; init; }

    /// <summary>The receipt; null if the report is neither at Periscope nor in an outbox.</summary>
    public Receipt? Receipt { get; init; }

    /// <summary>Why the report was not delivered; null if Periscope has it.</summary>
    public ServiceException? Failure { get; init; }

    /// <summary>The tag that was passed with the report.</summary>
    internal object? Tag { get; init; }

    /// <summary>Whether sending the report again unchanged would fail again.</summary>
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
