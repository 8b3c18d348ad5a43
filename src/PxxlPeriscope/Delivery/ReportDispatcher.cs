using PxxlPeriscope.Periscope;

namespace PxxlPeriscope.Delivery;

/// <summary>Calls Periscope unless it is known to be down.</summary>
/// <param name="client">Sends one report.</param>
/// <param name="breaker">Prevents calls while Periscope is down; null if a report that is not delivered now would be lost.</param>
internal sealed class ReportDispatcher(PeriscopeClient client, CircuitBreaker? breaker)
{
    /// <summary>Whether Periscope is considered to be down.</summary>
    internal bool IsOpen => breaker is { IsOpen: true };

    /// <param name="report">The report.</param>
    /// <param name="attempting">Called before the report is sent, and only if it is sent.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceException">The report was not delivered. The number of attempts is 0 if it was not sent.</exception>
    internal async Task<Receipt> SendAsync(DeploymentReport report, Func<Task> attempting, CancellationToken cancellationToken)
    {
        if (breaker?.FindRejectionReason() is { } rejection)
        {
            throw rejection.ToNotAttempted();
        }

        await attempting().ConfigureAwait(false);
        try
        {
            var receipt = await client.SendAsync(report, cancellationToken).ConfigureAwait(false);
            breaker?.RecordSuccess();
            return receipt;
        }
        catch (ServiceException failure)
        {
            if (!failure.IsReportRejected)
            {
                breaker?.RecordFailure(failure);
            }
            else if (failure.StatusCode is not null)
            {
                // Periscope rejected this report, so it is available for others.
                breaker?.RecordSuccess();
            }

            throw;
        }
    }
}
