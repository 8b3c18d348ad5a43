using PxxlPeriscope.Ledger;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Storage;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Delivery;

/// <summary>Delivers single reports: not if it is known that they arrived, never backwards, and into the outbox where they cannot be.</summary>
internal sealed class ReportDelivery(PeriscopeClient client)
{
    /// <summary>Keeps what cannot be delivered; null to leave that to whoever takes the outcomes.</summary>
    internal ReportOutbox? Outbox { get; init; }

    /// <summary>What is known to have been sent in other runs and by other processes.</summary>
    internal IReadOnlyList<DeliveryLedger> Ledgers { get; init; } = [];

    /// <summary>Sends also what is known to have arrived unchanged.</summary>
    internal bool ResendsUnchanged { get; init; }

    /// <summary>Ends the trying while Periscope is down; null where what is not delivered now would be lost.</summary>
    internal CircuitBreaker? CircuitBreaker { get; init; }

    /// <summary>By way of an outbox, if there is one: with its memory, and without trying each report while Periscope is down.</summary>
    internal static ReportDelivery Create(
        ReportOutbox? outbox,
        PeriscopeClient client,
        bool resendsUnchanged = false,
        DeliveryLedger? ledger = null,
        TimeProvider? time = null
    ) =>
        new(client)
        {
            Outbox = outbox,
            Ledgers = [.. new[] { ledger, outbox?.Ledger }.OfType<DeliveryLedger>()],
            ResendsUnchanged = resendsUnchanged,
            CircuitBreaker = outbox is null && ledger is null ? null : new CircuitBreaker(time ?? TimeProvider.System),
        };

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
            ThrowIfWithoutId(report);
            ThrowIfRegression(report, reportedStatus);
            return Outbox is null
                ? await SendAsync(report, isPending: false, cancellationToken).ConfigureAwait(false)
                : await SendOrEnqueueAsync(Outbox, report, isFromOutbox, cancellationToken).ConfigureAwait(false);
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
                Failure = StateErrors.Unusable("outbox or state", Outbox?.Folder ?? "-StatePath", exception),
            };
        }
    }

    private async Task<SendOutcome> SendOrEnqueueAsync(
        ReportOutbox outbox,
        DeploymentReport report,
        bool isFromOutbox,
        CancellationToken cancellationToken
    )
    {
        using var deploymentLock = await outbox.AcquireAsync(report.DeploymentId, cancellationToken).ConfigureAwait(false);
        var pendingItem = await outbox.FindAsync(report.DeploymentId, cancellationToken).ConfigureAwait(false);
        if (isFromOutbox)
        {
            if (pendingItem is null)
            {
                return new SendOutcome { Report = report };
            }

            report = pendingItem.Report;
        }
        else if (pendingItem is not null)
        {
            // An older state that was never sent must not be sent after this one, whatever happens in between.
            ThrowIfRegression(report, pendingItem.Status);
            await outbox.EnqueueAsync(report, failure: null, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var outcome = await SendAsync(report, pendingItem is not null, cancellationToken).ConfigureAwait(false);
            if (pendingItem is not null)
            {
                await outbox.RemoveAsync(report, cancellationToken).ConfigureAwait(false);
            }

            return outcome;
        }
        catch (ServiceException failure) when (failure.IsReportRejected)
        {
            await outbox.DeadLetterAsync(report, failure, cancellationToken).ConfigureAwait(false);
            throw;
        }
        catch (ServiceException failure) when (failure.Cause is CallFailure.StatusOutOfOrder && isFromOutbox)
        {
            // The end of the deployment has reached Periscope in another way; what waited is out of date.
            await outbox.RemoveAsync(report, cancellationToken).ConfigureAwait(false);
            return new SendOutcome { Report = report };
        }
        catch (ServiceException failure) when (failure.Cause is not (CallFailure.StatusOutOfOrder or StateFailure.StateUnusable))
        {
            await outbox.EnqueueAsync(report, failure, cancellationToken).ConfigureAwait(false);
            return new SendOutcome
            {
                Report = report,
                Receipt = Receipt.ForQueued(report, failure),
                Failure = failure,
            };
        }
    }

    private async Task<SendOutcome> SendAsync(DeploymentReport report, bool isPending, CancellationToken cancellationToken)
    {
        foreach (var ledger in Ledgers)
        {
            await ledger.RefreshAsync(cancellationToken).ConfigureAwait(false);
            report = ledger.MergeLastSent(report);
            ThrowIfRegression(report, ledger.WouldRegress(report));
        }

        var previousRecords = Ledgers.Select(ledger => ledger.Find(report.DeploymentId)).ToArray();
        if (
            !isPending
            && !ResendsUnchanged
            && previousRecords.OrderBy(record => record?.RecordedAt).LastOrDefault()?.IsConfirmationOf(report) == true
        )
        {
            return new SendOutcome { Report = report, Receipt = Receipt.ForUnchanged(report) };
        }

        if (CircuitBreaker?.FindRejectionReason() is { } rejection)
        {
            throw rejection.ToNotAttempted();
        }

        try
        {
            await ForEachMemoryAsync(ledger => ledger.RecordAttemptAsync(report, cancellationToken)).ConfigureAwait(false);
            var receipt = await client.SendAsync(report, cancellationToken).ConfigureAwait(false);
            CircuitBreaker?.RecordSuccess();
            await ForEachMemoryAsync(ledger => ledger.RecordConfirmationAsync(report, cancellationToken)).ConfigureAwait(false);
            return new SendOutcome { Report = report, Receipt = receipt };
        }
        catch (ServiceException failure) when (failure.IsReportRejected)
        {
            for (var i = 0; i < previousRecords.Length; i++)
            {
                await Ledgers[i].RecordRejectionAsync(report, previousRecords[i], cancellationToken).ConfigureAwait(false);
            }

            throw;
        }
        catch (ServiceException failure)
        {
            CircuitBreaker?.RecordFailure(failure);
            throw;
        }
    }

    private async Task ForEachMemoryAsync(Func<DeliveryLedger, Task> action)
    {
        foreach (var ledger in Ledgers)
        {
            await action(ledger).ConfigureAwait(false);
        }
    }

    /// <summary>Whatever becomes of others: without an id a report can neither wait nor be a dead letter.</summary>
    private static void ThrowIfWithoutId(DeploymentReport report)
    {
        if (string.IsNullOrWhiteSpace(report.DeploymentId) && ReportValidation.Check(report).Failure is { } invalid)
        {
            throw invalid;
        }
    }

    private static void ThrowIfRegression(DeploymentReport report, string? reportedStatus)
    {
        if (reportedStatus is not null && ReportStatus.IsTerminal(reportedStatus) && !ReportStatus.IsTerminal(report.Status))
        {
            throw new ServiceException(
                ServiceName.Periscope,
                CallFailure.StatusOutOfOrder,
                $"The report '{Printable.ToSingleLine(report.DeploymentId, 80)}' with status {report.Status} was not sent: the same deployment was already reported as {reportedStatus}, and this would put it back."
            );
        }
    }
}
