using System.Collections.Concurrent;
using System.Net;
using PxxlPeriscope.Compatibility;
using PxxlPeriscope.Http;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// Receives webhooks over HTTP. It verifies first, keeps the event in the inbox, and only then answers 2xx; what it could not keep
/// gets a 5xx, so that the sender tries again.
/// </summary>
public sealed class WebhookListener : IDisposable
{
    private const int MaxStartAttempts = 5;

    private readonly WebhookListenerSettings _settings;
    private readonly WebhookVerifier _verifier;
    private readonly WebhookInbox _inbox;
    private readonly CallLog _log;
    private HttpListener _listener;
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentQueue<string> _storedPaths = new();
    private readonly SemaphoreSlim _arrivals = new(0);

    /// <summary>Prepares a listener.</summary>
    public WebhookListener(WebhookListenerSettings settings, WebhookVerifier verifier, WebhookInbox inbox, CallLog? log = null)
    {
        (_settings, _verifier, _inbox, _log) = (settings, verifier, inbox, log ?? CallLog.None);
        _slots = new SemaphoreSlim(settings.MaximumConcurrency);
        _listener = CreateListener();
    }

    /// <summary>Begins to listen, if it does not yet.</summary>
    /// <exception cref="HttpListenerException">A prefix is in use or not allowed.</exception>
    public void Start()
    {
        for (var tries = 1; !_listener.IsListening; tries++)
        {
            try
            {
                _listener.Start();
                _ = Task.Run(AcceptAsync);
            }
            catch (ArgumentNullException) when (tries < MaxStartAttempts)
            {
                // .NET's listener on Linux and macOS fails like this when a sender connects at the very moment in which it binds, and
                // leaves its socket to the garbage collector.
                GC.Collect();
                GC.WaitForPendingFinalizers();
                _listener = CreateListener();
            }
        }
    }

    /// <summary>The file of the next event that was kept.</summary>
    internal async Task<string> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _arrivals.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (_storedPaths.TryDequeue(out var path))
            {
                return path;
            }
        }
    }

    /// <summary>Stops listening. What is kept stays kept.</summary>
    public void Dispose()
    {
        // One that never listened holds nothing, and closing it would bind its prefixes to take them off again.
        if (_listener.IsListening)
        {
            _listener.Close();
        }
    }

    private HttpListener CreateListener()
    {
        var listener = new HttpListener();
        foreach (var prefix in _settings.Prefixes)
        {
            listener.Prefixes.Add(prefix);
        }

        return listener;
    }

    private async Task AcceptAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync().ConfigureAwait(false);
                _ = Task.Run(() => HandleAsync(context));
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // One sender's broken connection, or the end of listening; the loop's condition tells them apart.
            }
        }
    }

    private async Task HandleAsync(HttpListenerContext context)
    {
        var status = HttpStatusCode.InternalServerError;
        // A connection that is given up, by time or by Dispose, is still told a status by HttpListener: 200, unless said otherwise.
        context.Response.StatusCode = (int)status;
        await _slots.WaitAsync().ConfigureAwait(false);
        try
        {
            status = await ReceiveAsync(context.Request, context.Response).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException or ProtocolViolationException)
        {
            _log.Warning?.Invoke($"A sender broke off: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _log.Warning?.Invoke($"An event could not be kept, and its sender was told to try again: {exception.Message}");
        }
        finally
        {
            _slots.Release();
        }

        SendResponse(context.Response, status);
    }

    private async Task<HttpStatusCode> ReceiveAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        if (
            _settings.Path is { } path
            && !string.Equals(request.Url?.AbsolutePath.TrimEnd('/'), path.TrimEnd('/'), StringComparison.Ordinal)
        )
        {
            return HttpStatusCode.NotFound;
        }

        if (request.HttpMethod != "POST")
        {
            return HttpStatusCode.MethodNotAllowed;
        }

        if (request.ContentLength64 > _settings.MaximumBodyBytes)
        {
            return HttpStatusCode.RequestEntityTooLarge;
        }

        var headers = request
            .Headers.AllKeys.SelectMany(name =>
                (request.Headers.GetValues(name) ?? []).Select(value => new KeyValuePair<string, string?>(name!, value))
            )
            .ToList();
        var unsigned = WebhookRequest.From([], headers);
        if (unsigned.Signature is null || WebhookSignature.Decode(unsigned.Signature) is null)
        {
            // Nothing that follows could make it genuine.
            return HttpStatusCode.Unauthorized;
        }

        if (await ReadBodyAsync(request, response).ConfigureAwait(false) is not { } body)
        {
            return HttpStatusCode.RequestEntityTooLarge;
        }

        var webhook = WebhookRequest.From(body, headers);
        string? storedPath = null;
        // Not canceled by the end of listening: who was heard to the end gets an answer.
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
                _storedPaths.Enqueue(storedPath!);
                _arrivals.Release();
                return HttpStatusCode.OK;
            case SignatureReason.Replayed:
                // Its first delivery was kept and answered; the sender has not heard it.
                return HttpStatusCode.OK;
            default:
                _log.Warning?.Invoke($"A webhook from {request.RemoteEndPoint} was refused: {check.Reason}.");
                return HttpStatusCode.Unauthorized;
        }
    }

    /// <summary>The body; null when it is too large.</summary>
    private async Task<byte[]?> ReadBodyAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        // HttpListener's streams cannot be cancelled, but closing the connection ends their reads.
        using var limit = new CancellationTokenSource(_settings.BodyTimeout);
        using var abort = limit.Token.Register(response.Abort);
        using var body = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await request.InputStream.ReadAsync(chunk, 0, CancellationToken.None).ConfigureAwait(false)) > 0)
        {
            if (body.Length + read > _settings.MaximumBodyBytes)
            {
                return null;
            }

            body.Write(chunk, 0, read);
        }

        return body.ToArray();
    }

    private static void SendResponse(HttpListenerResponse response, HttpStatusCode status)
    {
        try
        {
            response.StatusCode = (int)status;
            // A sender with more to say than is read must not hold the connection.
            response.KeepAlive = status == HttpStatusCode.OK;
            response.ContentLength64 = 0;
            response.Close();
        }
        catch (Exception exception)
            when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // Nobody is there any more to be answered.
        }
    }
}
