using PxxlPeriscope.Outbox;

namespace PxxlPeriscope.Delivery;

/// <summary>
/// Delivers reports through an outbox: a report that cannot be delivered is queued, a rejected one becomes a dead letter, and a queued
/// one is removed after it is delivered.
/// </summary>
/// <param name="outbox">Stores the reports.</param>
/// <param name="send">Sends a report. The flag tells whether the report is queued; a queued report is sent even if Periscope already has
/// it.</param>
internal sealed class OutboxDelivery(ReportOutbox outbox, Func<DeploymentReport, bool, CancellationToken, Task<SendOutcome>> send)
{
    internal string Folder => outbox.Folder;

    /// <summary>Delivers a report while holding the lock of its deployment, which excludes all other processes.</summary>
    internal async Task<SendOutcome> SendOrEnqueueAsync(DeploymentReport report, bool isFromOutbox, CancellationToken cancellationToken)
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
            // An older state that was never sent must not be sent after this one, even if this process ends in between.
            ReportGuard.ThrowIfRegression(report, pendingItem.Status);
            await outbox.EnqueueAsync(report, failure: null, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var outcome = await send(report, pendingItem is not null, cancellationToken).ConfigureAwait(false);
            if (pendingItem is not null)
            {
                await outbox.RemoveAsync(report, cancellationToken).ConfigureAwait(false);
            }

            return outcome;
        }
        catch (ServiceException failure) when (failure.IsReportRejected)
        {
            await outbox.DeadLetterLockedAsync(report, failure, cancellationToken).ConfigureAwait(false);
            throw;
        }
        catch (ServiceException failure) when (failure.Cause is CallFailure.StatusOutOfOrder && isFromOutbox)
        {
            // Periscope received the final status of the deployment in another way, so the queued report is out of date.
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
}
