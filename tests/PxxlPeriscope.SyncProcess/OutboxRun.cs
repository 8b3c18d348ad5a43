using PxxlPeriscope.Delivery;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;

namespace PxxlPeriscope.SyncProcess;

/// <summary>Delivers the items of an outbox, like Send-PeriscopeOutboxItem.</summary>
internal static class OutboxRun
{
    /// <param name="outbox">The outbox.</param>
    /// <param name="periscope">The client that sends the reports.</param>
    /// <param name="throttleLimit">The maximum number of concurrent requests.</param>
    /// <param name="time">The clock.</param>
    /// <param name="found">Called with the number of items before the first one is sent.</param>
    /// <param name="cancellationToken">Cancels the delivery.</param>
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
