using System.Runtime.CompilerServices;
using PxxlPeriscope.Http;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>Gives webhooks one by one: first those that were kept and not dealt with before, then those that arrive.</summary>
/// <param name="settings">Where to listen.</param>
/// <param name="verifier">The rules for what arrives.</param>
/// <param name="inbox">Where events are kept.</param>
/// <param name="log">Told of what was refused.</param>
public sealed class WebhookReceiver(WebhookListenerSettings settings, WebhookVerifier verifier, WebhookInbox inbox, CallLog? log = null)
{
    /// <summary>What was verified when it came is verified again, since a folder is open to others; its age is no fault of its own.</summary>
    private readonly WebhookVerifier _recheckVerifier = new()
    {
        Secrets = verifier.Secrets,
        Scheme = verifier.Scheme,
        Tolerance = null,
    };

    /// <param name="maxEvents">How many events will be taken. Where as many wait already, there is no listening.</param>
    /// <param name="timeLimit">After which it ends; null for never.</param>
    /// <param name="cancellationToken">Ends it with an error.</param>
    /// <exception cref="System.Net.HttpListenerException">A prefix is in use or not allowed.</exception>
    internal async IAsyncEnumerable<ReceivedWebhook> ReceiveAsync(
        int maxEvents,
        TimeSpan? timeLimit,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var listener = new WebhookListener(settings, verifier, inbox, log);
        var waiting = inbox.ListPending().ToList();
        if (waiting.Count < maxEvents)
        {
            // Before what waits is dealt with: whether a sender that finds nobody tries again is not documented.
            listener.Start();
        }

        if (timeLimit is { } duration)
        {
            limit.CancelAfter(duration);
        }

        foreach (var path in waiting)
        {
            if (await ReadAsync(path, cancellationToken).ConfigureAwait(false) is { } webhook)
            {
                yield return webhook;
            }
        }

        listener.Start();
        while (await NextAsync(listener, limit.Token, cancellationToken).ConfigureAwait(false) is { } path)
        {
            if (await ReadAsync(path, cancellationToken).ConfigureAwait(false) is { } webhook)
            {
                yield return webhook;
            }
        }
    }

    /// <summary>Null when the time is over.</summary>
    private static async Task<string?> NextAsync(WebhookListener listener, CancellationToken limit, CancellationToken stop)
    {
        try
        {
            return await listener.NextAsync(limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Null when it is gone or damaged.</summary>
    private async Task<ReceivedWebhook?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (await WebhookInbox.ReadAsync(path, cancellationToken).ConfigureAwait(false) is not { } request)
        {
            return null;
        }

        var webhook = new InboxItem(path);
        var check = await _recheckVerifier.CheckAsync(request, cancellationToken).ConfigureAwait(false);
        if (WebhookErrors.From(check) is { } failure)
        {
            return new ReceivedWebhook { InboxItem = webhook, Failure = failure };
        }

        try
        {
            return new ReceivedWebhook
            {
                InboxItem = webhook,
                Event = WebhookEventReader.Read(request, check) with { InboxItem = webhook },
            };
        }
        catch (FormatException exception)
        {
            await webhook.QuarantineAsync("malformed", cancellationToken).ConfigureAwait(false);
            return new ReceivedWebhook { InboxItem = webhook, Failure = WebhookErrors.Malformed(exception) };
        }
    }
}
