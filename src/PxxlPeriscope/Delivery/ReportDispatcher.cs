using PxxlPeriscope.Periscope;

namespace PxxlPeriscope.Delivery;

/// <summary>Calls Periscope, unless it is known to be down.</summary>
/// <param name="client">Sends one report.</param>
/// <param name="breaker">Ends the trying while Periscope is down; null where what is not delivered now would be lost.</param>
internal sealed class ReportDispatcher(PeriscopeClient client, CircuitBreaker? breaker)
{
    /// <summary>Whether Periscope is taken to be down.</summary>
    internal bool IsOpen => breaker is { IsOpen: true };

    /// <param name="report">The report.</param>
    /// <param name="attempting">Done before it is sent, and not where it is not.</param>
    /// <param name="cancellationToken">Ends what is under way.</param>
    /// <exception cref="ServiceException">Why it was not delivered; with no attempts where it was not tried.</exception>
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
                // It does not want this report, and so it is there for the others.
                breaker?.RecordSuccess();
            }

            throw;
        }
    }
}
