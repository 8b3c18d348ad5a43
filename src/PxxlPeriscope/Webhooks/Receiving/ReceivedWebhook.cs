namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>A webhook that was kept: its event, or why there is none.</summary>
internal sealed class ReceivedWebhook
{
    public required InboxItem InboxItem { get; init; }

    public PxxlWebhookEvent? Event { get; init; }

    public ServiceException? Failure { get; init; }

    /// <summary>Whether it was handed on before, and released.</summary>
    public bool IsRetry { get; init; }
}
