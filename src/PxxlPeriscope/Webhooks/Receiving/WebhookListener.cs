using System.Net;
using PxxlPeriscope.Http;
using PxxlPeriscope.Time;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// Receives webhooks over HTTP. An event is verified first, then stored in the inbox, and only then answered with 2xx. An event that
/// cannot be stored is answered with 5xx, so that the sender tries again.
/// </summary>
internal sealed class WebhookListener : IAsyncDisposable
{
    /// <summary>For requests whose body was received and is being stored, which takes as long as a write to disk.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly WebhookListenerSettings _settings;
    private readonly WebhookVerifier _verifier;
    private readonly WebhookInbox _inbox;
    private readonly InboxQueue _queue;
    private readonly IWebServer _server;
    private readonly CallLog _log;
    private readonly TimeProvider _time;
    private readonly RefusalLog _refusals;
    private readonly string? _path;
    private readonly CancellationTokenSource _stopping = new();
    private bool _isStarted;
    private Task? _stop;

    /// <summary>Creates a listener.</summary>
    /// <param name="settings">The addresses and limits.</param>
    /// <param name="verifier">Verifies requests.</param>
    /// <param name="inbox">Stores events.</param>
    /// <param name="queue">Receives the files of stored events.</param>
    /// <param name="openServer">Creates the server, which is not shared.</param>
    /// <param name="log">Receives warnings about refused requests.</param>
    /// <param name="time">The clock of all limits.</param>
    public WebhookListener(
        WebhookListenerSettings settings,
        WebhookVerifier verifier,
        WebhookInbox inbox,
        InboxQueue queue,
        Func<WebServerSettings, IWebServer> openServer,
        CallLog? log = null,
        TimeProvider? time = null
    )
    {
        (_settings, _verifier, _inbox, _queue, _log, _time) = (
            settings,
            verifier,
            inbox,
            queue,
            log ?? CallLog.None,
            time ?? TimeProvider.System
        );
        _path = settings.Path is { } path ? ListenPrefix.Normalize(path) : null;
        _refusals = new RefusalLog(_log, _time);
        _server = openServer(
            new WebServerSettings
            {
                Prefixes = settings.Prefixes,
                MaximumBodyBytes = settings.MaximumBodyBytes,
                MaximumConnections = settings.MaximumConnections,
            }
        );
    }

    /// <summary>Starts listening, unless already started.</summary>
    /// <exception cref="IOException">A prefix is in use or not allowed.</exception>
    public async Task StartAsync()
    {
        if (!_isStarted)
        {
            _isStarted = true;
            await _server.StartAsync(HandleAsync).ConfigureAwait(false);
            // For SIGTERM and the end of a script: .NET ends the process without notifying those that wait in it.
            AppDomain.CurrentDomain.ProcessExit += StopWithProcess;
        }
    }

    /// <summary>
    /// Stops listening. Requests that were received completely are answered; other connections are closed. Stored events are kept.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStarted)
        {
            await StopAsync().ConfigureAwait(false);
            AppDomain.CurrentDomain.ProcessExit -= StopWithProcess;
        }
    }

    private void StopWithProcess(object? sender, EventArgs e) => StopAsync().Wait(StopGrace);

    private Task StopAsync()
    {
        lock (_stopping)
        {
            return _stop ??= StopOnceAsync();
        }

        async Task StopOnceAsync()
        {
            // Requests that are still being received: they may take any time, and nothing was acknowledged for them.
            _stopping.Cancel();
            await _server.StopAsync(StopGrace).ConfigureAwait(false);
            _refusals.Flush();
        }
    }

    private async Task<HttpStatusCode> HandleAsync(IWebRequest request)
    {
        try
        {
            return await ReceiveAsync(request).ConfigureAwait(false);
        }
        catch (WebRequestException)
        {
            // The server determines the status, if the sender is still connected.
            return Refuse(request, HttpStatusCode.BadRequest, "incomplete");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _log.Warning?.Invoke($"An event could not be stored, and its sender was asked to try again: {exception.Message}");
            return HttpStatusCode.InternalServerError;
        }
    }

    private async Task<HttpStatusCode> ReceiveAsync(IWebRequest request)
    {
        if (!IsAnswered(request))
        {
            return Refuse(request, HttpStatusCode.NotFound, "another path");
        }

        if (request.Method != "POST")
        {
            return Refuse(request, HttpStatusCode.MethodNotAllowed, "not a POST");
        }

        if (request.ContentLength > _settings.MaximumBodyBytes)
        {
            return Refuse(request, HttpStatusCode.RequestEntityTooLarge, "too large");
        }

        var headers = WebhookRequest
            .HeaderNames.SelectMany(name => request.GetHeader(name).Select(value => new KeyValuePair<string, string?>(name, value)))
            .ToList();
        if (headers.Select(header => header.Key).Distinct().Count() != headers.Count)
        {
            // Even if the values are equal: a genuine sender never repeats a header, and a proxy may use a different one of them.
            return Refuse(request, HttpStatusCode.Unauthorized, nameof(SignatureReason.HeaderAmbiguous));
        }

        var unsigned = WebhookRequest.From([], headers);
        if (unsigned.Signature is null || WebhookSignature.Decode(unsigned.Signature) is null)
        {
            // A request without these headers cannot be genuine.
            return Refuse(request, HttpStatusCode.Unauthorized, nameof(SignatureReason.SignatureMissing));
        }

        return await ReadBodyAsync(request).ConfigureAwait(false) is { } body
            ? await VerifyAsync(request, WebhookRequest.From(body, headers)).ConfigureAwait(false)
            : Refuse(request, HttpStatusCode.RequestEntityTooLarge, "too large");
    }

    private async Task<HttpStatusCode> VerifyAsync(IWebRequest request, WebhookRequest webhook)
    {
        string? storedPath = null;
        // Not canceled when listening ends, because requests that were received completely are answered.
        var check = await _verifier
            .CheckAsync(
                webhook,
                async () => storedPath = await _inbox.StoreAsync(webhook, CancellationToken.None).ConfigureAwait(false),
                CancellationToken.None
            )
            .ConfigureAwait(false);
        switch (check.Reason)
        {
            case SignatureReason.Valid:
                _queue.Add(storedPath!);
                return HttpStatusCode.OK;
            case SignatureReason.Replayed:
                // The first delivery was stored and answered, but the sender did not receive the response.
                return HttpStatusCode.OK;
            default:
                return Refuse(request, HttpStatusCode.Unauthorized, check.Reason.ToString());
        }
    }

    /// <summary>Returns the body; null if it is too large.</summary>
    private async Task<byte[]?> ReadBodyAsync(IWebRequest request)
    {
        using var limit = new TimeLimit(_time, _settings.BodyTimeout, _stopping.Token);
        return await request.ReadBodyAsync(_settings.MaximumBodyBytes, limit.Token).ConfigureAwait(false);
    }

    private bool IsAnswered(IWebRequest request)
    {
        var path = ListenPrefix.Normalize(request.Path);
        return _settings.Prefixes.Any(prefix =>
            prefix.IsAt(request.LocalEndPoint) && prefix.Covers(path) && path == (_path ?? prefix.Path)
        );
    }

    private HttpStatusCode Refuse(IWebRequest request, HttpStatusCode status, string reason)
    {
        _refusals.Add(request.RemoteAddress, reason);
        return status;
    }
}
