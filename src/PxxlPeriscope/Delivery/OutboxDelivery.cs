using PxxlPeriscope.Outbox;

namespace PxxlPeriscope.Delivery;

/// <summary>
/// Delivers by way of an outbox: what cannot be delivered is kept, what was refused becomes a dead letter, and what waited is out of the way once
/// it arrived.
/// </summary>
/// <param name="outbox">Keeps the reports.</param>
/// <param name="send">Sends one, and says whether it waits: then it is sent also where Periscope has it already.</param>
internal sealed class OutboxDelivery(ReportOutbox outbox, Func<DeploymentReport, bool, CancellationToken, Task<SendOutcome>> send)
{
    internal string Folder => outbox.Folder;

    /// <summary>Alone on the deployment, among all processes.</summary>
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
            // An older state that was never sent must not be sent after this one, whatever happens in between.
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
}
