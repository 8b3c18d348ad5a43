namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>A webhook from the inbox: its event, or why it has none.</summary>
internal sealed class ReceivedWebhook
{
    public required InboxItem InboxItem { get; init; }

    public PxxlWebhookEvent? Event { get; init; }

    public ServiceException? Failure { get; init; }

    /// <summary>Whether it was delivered before and released.</summary>
    public bool IsRetry { get; init; }
}
