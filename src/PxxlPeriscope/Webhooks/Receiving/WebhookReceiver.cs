using System.Runtime.CompilerServices;
using PxxlPeriscope.Http;
using PxxlPeriscope.Time;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// Returns webhooks one by one: first those that were stored earlier and not processed, then those that arrive or are released.
/// </summary>
/// <param name="settings">The addresses and limits.</param>
/// <param name="verifier">Verifies requests.</param>
/// <param name="inbox">Stores events.</param>
/// <param name="openServer">Creates the web server when it is needed.</param>
/// <param name="log">Receives warnings about refused requests.</param>
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

    /// <summary>
    /// Verifies stored events again, because other processes can write to the folder. Their age is not checked, because they were stored
    /// on time.
    /// </summary>
    private readonly WebhookVerifier _recheckVerifier = new()
    {
        Secrets = verifier.Secrets,
        Scheme = verifier.Scheme,
        Tolerance = null,
    };

    /// <summary>Listens and returns the events one by one. Stopping the enumeration stops the listener.</summary>
    /// <param name="maxEvents">The maximum number of events. If as many are stored already, the receiver does not listen.</param>
    /// <param name="timeLimit">The time after which it ends; null for no limit.</param>
    /// <param name="cancellationToken">Ends it with an exception.</param>
    /// <exception cref="IOException">A prefix is in use or not allowed.</exception>
    public async IAsyncEnumerable<ReceivedWebhook> ReceiveAsync(
        int maxEvents,
        TimeSpan? timeLimit,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var queue = new InboxQueue(_time);
        await inbox.RemoveLeftoversAsync(cancellationToken).ConfigureAwait(false);
        var waiting = inbox.ListPending();
        queue.AddDelivered(waiting);
        var listener = waiting.Count < maxEvents ? CreateListener(queue) : null;
        try
        {
            if (listener is not null)
            {
                // Before stored events are processed, because it is not documented whether a sender that cannot connect tries again.
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

    /// <summary>Returns the next file; null if the time is over.</summary>
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

    /// <summary>Returns a stored webhook; null if its file is gone or damaged, or has to wait for another one.</summary>
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
            return queue.TryDeliver(path, webhookEvent.Deployment?.Id)
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
