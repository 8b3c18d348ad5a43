namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>A webhook from the inbox: its event, or why it has none.</summary>
public sealed class ReceivedWebhook
{
    /// <summary>The stored event, to be completed after it was processed.</summary>
    public required InboxItem InboxItem { get; init; }

    /// <summary>The event; null if it cannot be used.</summary>
    public PxxlWebhookEvent? Event { get; init; }

    /// <summary>Why the event cannot be used; null if it can.</summary>
    public ServiceException? Failure { get; init; }

    /// <summary>Whether it was delivered before and released.</summary>
    public bool IsRetry { get; init; }
}
