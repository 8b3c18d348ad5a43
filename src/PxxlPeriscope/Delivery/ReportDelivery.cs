using PxxlPeriscope.Ledger;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Delivery;

/// <summary>Delivers single reports: not if it is known that they arrived, never backwards, and into the outbox where they cannot be.</summary>
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

    /// <summary>Whether Periscope is taken to be down.</summary>
    internal bool IsCircuitOpen => _dispatcher.IsOpen;

    /// <summary>By way of an outbox, if there is one: with its memory, and without trying each report while Periscope is down.</summary>
    /// <param name="outbox">Keeps what cannot be delivered; null to leave that to whoever takes the outcomes.</param>
    /// <param name="client">Sends one report.</param>
    /// <param name="resendsUnchanged">Sends also what is known to have arrived unchanged.</param>
    /// <param name="ledger">What was sent before; the outbox's, unless another is given.</param>
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
        // Where nobody keeps a report, it is tried whatever happened to others.
        var breaker = ledger is null ? null : new CircuitBreaker(time ?? TimeProvider.System);
        return new ReportDelivery(new ReportGuard(ledger, resendsUnchanged), new ReportDispatcher(client, breaker), outbox);
    }

    /// <param name="report">The report.</param>
    /// <param name="reportedStatus">The final status that Periscope was told of this deployment before, if any.</param>
    /// <param name="isFromOutbox">Whether it waits in the outbox; then whatever waits there by now is sent.</param>
    /// <param name="cancellationToken">Ends what is under way; there is no outcome then.</param>
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
            // Ends the call: what cannot be remembered is not to be sent.
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
