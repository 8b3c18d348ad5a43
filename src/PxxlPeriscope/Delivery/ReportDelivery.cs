using PxxlPeriscope.Ledger;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Delivery;

/// <summary>
/// Delivers a single report: skips it if Periscope is known to have it, rejects a status regression, and queues it in the outbox if it
/// cannot be delivered.
/// </summary>
internal sealed class ReportDelivery
{
    private readonly ReportGuard _guard;
    private readonly ReportDispatcher _dispatcher;
    private readonly OutboxDelivery? _outbox;

    private ReportDelivery(ReportGuard guard, ReportDispatcher dispatcher, ReportOutbox? outbox)
    {
        (_guard, _dispatcher) = (guard, dispatcher);
        _outbox = outbox is null ? null : new OutboxDelivery(outbox, SendAsync);
    }

    /// <summary>Whether Periscope is considered to be down.</summary>
    internal bool IsCircuitOpen => _dispatcher.IsOpen;

    /// <summary>
    /// Creates a delivery. With an outbox, it uses the ledger of the outbox and does not try every report while Periscope is down.
    /// </summary>
    /// <param name="outbox">Stores reports that cannot be delivered; null if the caller handles them.</param>
    /// <param name="client">Sends one report.</param>
    /// <param name="resendsUnchanged">Whether to send reports that Periscope is known to have unchanged.</param>
    /// <param name="ledger">The record of earlier deliveries; that of the outbox by default.</param>
    /// <param name="time">The clock.</param>
    internal static ReportDelivery Create(
        ReportOutbox? outbox,
        PeriscopeClient client,
        bool resendsUnchanged = false,
        DeliveryLedger? ledger = null,
        TimeProvider? time = null
    )
    {
        ledger ??= outbox?.Ledger;
        // If reports are not stored anywhere, each one is tried, regardless of earlier failures.
        var breaker = ledger is null ? null : new CircuitBreaker(time ?? TimeProvider.System);
        return new ReportDelivery(new ReportGuard(ledger, resendsUnchanged), new ReportDispatcher(client, breaker), outbox);
    }

    /// <param name="report">The report.</param>
    /// <param name="reportedStatus">The final status that was already reported for this deployment, if any.</param>
    /// <param name="isFromOutbox">Whether the report is queued in the outbox. In that case the report that is queued at the time of
    /// sending is sent.</param>
    /// <param name="cancellationToken">Cancels the delivery. A canceled delivery has no outcome.</param>
    internal async Task<SendOutcome> DeliverAsync(
        DeploymentReport report,
        string? reportedStatus,
        bool isFromOutbox,
        CancellationToken cancellationToken
    )
    {
        try
        {
            ReportGuard.ThrowIfWithoutId(report);
            ReportGuard.ThrowIfRegression(report, reportedStatus);
            return _outbox is null
                ? await SendAsync(report, isPending: false, cancellationToken).ConfigureAwait(false)
                : await _outbox.SendOrEnqueueAsync(report, isFromOutbox, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceException failure)
        {
            return new SendOutcome { Report = report, Failure = failure };
        }
        catch (Exception exception) when (StateErrors.IsStorageError(exception))
        {
            // Stops the call: a delivery that cannot be recorded must not be made.
            return new SendOutcome
            {
                Report = report,
                Failure = StateErrors.Unusable("outbox or state", _outbox?.Folder ?? "-StatePath", exception),
            };
        }
    }

    private async Task<SendOutcome> SendAsync(DeploymentReport report, bool isPending, CancellationToken cancellationToken)
    {
        var decision = await _guard.DecideAsync(report, cancellationToken).ConfigureAwait(false);
        if (decision.IsKnown && !isPending)
        {
            return new SendOutcome { Report = decision.Report, Receipt = Receipt.ForUnchanged(decision.Report) };
        }

        try
        {
            var receipt = await _dispatcher
                .SendAsync(decision.Report, () => _guard.RecordAttemptAsync(decision, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            await _guard.RecordConfirmationAsync(decision, cancellationToken).ConfigureAwait(false);
            return new SendOutcome { Report = decision.Report, Receipt = receipt };
        }
        catch (ServiceException failure) when (failure.IsReportRejected)
        {
            await _guard.RecordRejectionAsync(decision, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }
}
