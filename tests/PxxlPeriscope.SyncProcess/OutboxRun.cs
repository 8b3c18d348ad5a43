using PxxlPeriscope.Delivery;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;

namespace PxxlPeriscope.SyncProcess;

/// <summary>Delivers what waits in an outbox, as Send-PeriscopeOutboxItem does.</summary>
internal static class OutboxRun
{
    /// <param name="outbox">The outbox.</param>
    /// <param name="periscope">Sends.</param>
    /// <param name="throttleLimit">How many are under way at once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="found">Called with how many wait, before the first is sent.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    internal static async Task<OutboxSummary> DeliverAsync(
        ReportOutbox outbox,
        PeriscopeClient periscope,
        int throttleLimit,
        TimeProvider time,
        Action<int>? found,
        CancellationToken cancellationToken
    )
    {
        var outcomes = new List<SendOutcome>();
        var items = await outbox.ListPendingAsync(cancellationToken);
        found?.Invoke(items.Count);
        using var sender = new ReportSender(ReportDelivery.Create(outbox, periscope, time: time), throttleLimit, cancellationToken);
        foreach (var item in items.OrderBy(outbox.IsLockedElsewhere))
        {
            while (sender.IsFull)
            {
                outcomes.Add(await sender.NextOutcomeAsync());
            }

            sender.Add(item);
        }

        while (sender.HasPending)
        {
            outcomes.Add(await sender.NextOutcomeAsync());
        }

        return new OutboxSummary(
            outcomes.Count(outcome => outcome.IsDelivered),
            outcomes.Count(outcome => outcome is { Receipt: null, Failure: null }),
            outcomes.Count(outcome => outcome is { Failure: not null }),
            outcomes.Select(outcome => outcome.Failure?.Message).FirstOrDefault(message => message is not null)
        );
    }
}
