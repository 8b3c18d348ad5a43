using System.Runtime.CompilerServices;
using PxxlPeriscope.Http;
using PxxlPeriscope.Time;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>Gives webhooks one by one: first those that were kept and not dealt with before, then those that arrive or come again.</summary>
/// <param name="settings">Where to listen.</param>
/// <param name="verifier">The rules for what arrives.</param>
/// <param name="inbox">Where events are kept.</param>
/// <param name="openServer">Makes the web server, once it is needed.</param>
/// <param name="log">Told of what was refused.</param>
/// <param name="time">The clock of all limits and delays.</param>
public sealed class WebhookReceiver(
    WebhookListenerSettings settings,
    WebhookVerifier verifier,
    WebhookInbox inbox,
    Func<WebServerSettings, IWebServer> openServer,
    CallLog? log = null,
    TimeProvider? time = null
)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

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
    /// <exception cref="IOException">A prefix is in use or not allowed.</exception>
    internal async IAsyncEnumerable<ReceivedWebhook> ReceiveAsync(
        int maxEvents,
        TimeSpan? timeLimit,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var queue = new InboxQueue(_time);
        await inbox.RemoveLeftoversAsync(cancellationToken).ConfigureAwait(false);
        var waiting = inbox.ListPending();
        queue.AddHandedOn(waiting);
        var listener = waiting.Count < maxEvents ? CreateListener(queue) : null;
        try
        {
            if (listener is not null)
            {
                // Before what waits is dealt with: whether a sender that finds nobody tries again is not documented.
                await listener.StartAsync().ConfigureAwait(false);
            }

            using var limit = new TimeLimit(_time, timeLimit, cancellationToken);
            foreach (var path in waiting)
            {
                if (await ReadAsync(path, queue, cancellationToken).ConfigureAwait(false) is { } webhook)
                {
                    yield return webhook;
                }
            }

            if (listener is null)
            {
                listener = CreateListener(queue);
                await listener.StartAsync().ConfigureAwait(false);
            }

            while (await NextAsync(queue, limit.Token, cancellationToken).ConfigureAwait(false) is { } path)
            {
                if (await ReadAsync(path, queue, cancellationToken).ConfigureAwait(false) is { } webhook)
                {
                    yield return webhook;
                }
            }
        }
        finally
        {
            if (listener is not null)
            {
                await listener.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Null when the time is over.</summary>
    private static async Task<string?> NextAsync(InboxQueue queue, CancellationToken limit, CancellationToken stop)
    {
        try
        {
            return await queue.NextAsync(limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private WebhookListener CreateListener(InboxQueue queue) => new(settings, verifier, inbox, queue, openServer, log, _time);

    /// <summary>Null when it is gone or damaged, or has to wait for another one.</summary>
    private async Task<ReceivedWebhook?> ReadAsync(string path, InboxQueue queue, CancellationToken cancellationToken)
    {
        if (await WebhookInbox.ReadAsync(path, cancellationToken).ConfigureAwait(false) is not { } request)
        {
            queue.Complete(path);
            return null;
        }

        var item = new InboxItem(path, queue);
        var check = await _recheckVerifier.CheckAsync(request, cancellationToken).ConfigureAwait(false);
        if (WebhookErrors.From(check) is { } failure)
        {
            return new ReceivedWebhook { InboxItem = item, Failure = failure };
        }

        try
        {
            var webhookEvent = WebhookEventReader.Read(request, check) with { InboxItem = item };
            return queue.TryHandOn(path, webhookEvent.Deployment?.Id)
                ? new ReceivedWebhook
                {
                    InboxItem = item,
                    Event = webhookEvent,
                    IsRetry = queue.IsRetry(path),
                }
                : null;
        }
        catch (FormatException exception)
        {
            await item.QuarantineAsync("malformed", cancellationToken).ConfigureAwait(false);
            return new ReceivedWebhook { InboxItem = item, Failure = WebhookErrors.Malformed(exception) };
        }
    }
}
