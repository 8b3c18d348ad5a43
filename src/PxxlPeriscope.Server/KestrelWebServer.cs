using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PxxlPeriscope.Webhooks.Receiving;

namespace PxxlPeriscope.Server;

/// <summary>
/// Kestrel without the rest of ASP.NET Core: no host, no pipeline and no logging, and HTTP/1.1 only. Its limits reject requests that are
/// too large, too slow or malformed before the library sees them.
/// </summary>
public sealed class KestrelWebServer : IWebServer, IDisposable
{
    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);

    private readonly KestrelServer _server;

    /// <summary>Creates a server. Nothing is bound yet.</summary>
    public KestrelWebServer(WebServerSettings settings)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        var limits = options.Limits;
        limits.MaxConcurrentConnections = settings.MaximumConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestLineSize = settings.MaximumRequestLineBytes;
        limits.MaxRequestHeaderCount = settings.MaximumHeaderCount;
        limits.MaxRequestHeadersTotalSize = settings.MaximumHeaderBytes;
        // The maximum of unread data: enough for the headers, so that a body waits in the socket and not in memory.
        limits.MaxRequestBufferSize = Math.Max(64 * 1024, settings.MaximumRequestLineBytes + settings.MaximumHeaderBytes);
        // Kestrel also counts the framing of each chunk, which can be larger than its data. The reader enforces the exact limit.
        limits.MaxRequestBodySize = 8L * settings.MaximumBodyBytes;
        limits.MinRequestBodyDataRate = new MinDataRate(settings.MinimumBodyBytesPerSecond, BodyGrace);
        limits.RequestHeadersTimeout = settings.HeaderTimeout;
        limits.KeepAliveTimeout = settings.KeepAliveTimeout;
        foreach (
            var prefix in settings
                .Prefixes.GroupBy(prefix => (prefix.IsAnyAddress ? "+" : prefix.Host.ToLowerInvariant(), prefix.Port))
                .Select(group => group.First())
        )
        {
            Listen(options, prefix);
        }

        _server = new KestrelServer(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), new NoLifetime(), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance
        );
    }

    /// <inheritdoc/>
    public async Task StartAsync(Func<IWebRequest, Task<HttpStatusCode>> handler)
    {
        try
        {
            await _server.StartAsync(new Application(handler), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or AddressInUseException or InvalidOperationException)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(TimeSpan grace)
    {
        using var limit = new CancellationTokenSource(grace);
        await _server.StopAsync(limit.Token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _server.Dispose();

    private static void Listen(KestrelServerOptions options, ListenPrefix prefix)
    {
        if (prefix.IsAnyAddress)
        {
            options.ListenAnyIP(prefix.Port);
        }
        else if (prefix.IsLocalhost)
        {
            options.ListenLocalhost(prefix.Port);
        }
        else
        {
            foreach (var address in prefix.Address is { } given ? [given] : Resolve(prefix))
            {
                options.Listen(address, prefix.Port);
            }
        }
    }

    private static IPAddress[] Resolve(ListenPrefix prefix)
    {
        try
        {
            return Dns.GetHostAddresses(prefix.Host);
        }
        catch (SocketException exception)
        {
            throw new IOException(
                $"'{prefix.Host}' of '{prefix}' is not a name of this machine. Specify an IP address, localhost, or + for all addresses.",
                exception
            );
        }
    }

    /// <summary>The part of ASP.NET Core that the server calls for each request.</summary>
    private sealed class Application(Func<IWebRequest, Task<HttpStatusCode>> handler) : IHttpApplication<IFeatureCollection>
    {
        public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

        public async Task ProcessRequestAsync(IFeatureCollection context)
        {
            var request = new KestrelRequest(context);
            var status = await handler(request).ConfigureAwait(false);
            request.Rejection?.Throw();
            var response = context.Get<IHttpResponseFeature>()!;
            response.StatusCode = (int)status;
            response.Headers["Content-Length"] = "0";
        }

        public void DisposeContext(IFeatureCollection context, Exception exception) { }
    }

    /// <summary>Kestrel calls this when its listening socket fails. The error is thrown when the server is stopped.</summary>
    private sealed class NoLifetime : IApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() { }
    }
}
