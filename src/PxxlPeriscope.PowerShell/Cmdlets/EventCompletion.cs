using PxxlPeriscope.Delivery;
using PxxlPeriscope.Webhooks.Receiving;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Completes the inbox item of an event according to the outcome of its report.</summary>
internal static class EventCompletion
{
    /// <summary>
    /// Completes an item with its own outcome, on any thread. If the report was not delivered, the event stays in the inbox, and the
    /// receiver returns it again after a delay.
    /// </summary>
    internal static Task CompleteAsync(SendOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Tag is not InboxItem inboxItem)
        {
            return Task.CompletedTask;
        }

        if (outcome.Receipt is not null)
        {
            return inboxItem.CompleteAsync(cancellationToken);
        }

        if (outcome.IsRejected)
        {
            return RejectAsync(inboxItem, cancellationToken);
        }

        inboxItem.Release();
        return Task.CompletedTask;
    }

    /// <summary>Moves an event aside whose report Periscope will never accept.</summary>
    internal static Task RejectAsync(InboxItem? inboxItem, CancellationToken cancellationToken) =>
        inboxItem?.QuarantineAsync("refused", cancellationToken) ?? Task.CompletedTask;
}
