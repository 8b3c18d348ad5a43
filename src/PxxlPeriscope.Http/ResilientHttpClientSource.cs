using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace PxxlPeriscope.Http;

/// <summary>
/// HttpClients whose requests pass, from the outside in: resilience (with the trace of each attempt), redirects within the host,
/// authorization, socket. The one type that the module asks this assembly for.
/// </summary>
public sealed class ResilientHttpClientSource : IHttpClientSource
{
    private const string ClientName = "service";

    private readonly ServiceProvider _services;
    private readonly IHttpClientFactory _factory;

    /// <summary>Builds the chain; no connection is opened.</summary>
    public ResilientHttpClientSource(HttpClientSettings settings)
        : this(settings, () => PrimaryHandler(settings)) { }

    /// <summary>For tests of the chain above another end than the network.</summary>
    internal ResilientHttpClientSource(HttpClientSettings settings, Func<HttpMessageHandler> primary)
    {
        var pause = new SharedRetryDelay(settings.TimeProvider);
        var services = new ServiceCollection();
        services
            .AddHttpClient(ClientName, client => Configure(client, settings))
            .AddHttpMessageHandler(() => new ResilienceHandler(settings, pause))
            .AddHttpMessageHandler(() => new SameHostRedirectHandler())
            .AddHttpMessageHandler(() => new AuthorizationHandler(settings))
            .ConfigurePrimaryHttpMessageHandler(primary);
        _services = services.BuildServiceProvider();
        _factory = _services.GetRequiredService<IHttpClientFactory>();
    }

    /// <summary>Opens a source; what the module hands to its connections.</summary>
    public static IHttpClientSource Open(HttpClientSettings settings) => new ResilientHttpClientSource(settings);

    /// <inheritdoc/>
    public HttpClient CreateClient() => _factory.CreateClient(ClientName);

    /// <inheritdoc/>
    public void Dispose() => _services.Dispose();

    private static void Configure(HttpClient client, HttpClientSettings settings)
    {
        // The time limits are the resilience handler's: this one would count all attempts and could not be told apart.
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.DefaultRequestHeaders.UserAgent.ParseAdd(settings.UserAgent);
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

#if NET
    private static SocketsHttpHandler PrimaryHandler(HttpClientSettings settings) =>
        new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            Proxy = settings.Proxy,
            UseCookies = false,
            UseProxy = !settings.NoProxy,
        };
#else
    private static HttpClientHandler PrimaryHandler(HttpClientSettings settings)
    {
        // Windows PowerShell 5.1 on older systems starts with TLS 1.0 and two connections per host.
        ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
        return new HttpClientHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
            MaxConnectionsPerServer = 16,
            Proxy = settings.Proxy,
            UseCookies = false,
            UseProxy = !settings.NoProxy,
        };
    }
#endif
}
