using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace PxxlPeriscope.Http;

/// <summary>
/// Creates HttpClients whose requests pass, from the outside in, through: resilience (including the log of each attempt), redirects within
/// the host, authorization, socket. The only type of this assembly that the module creates.
/// </summary>
public sealed class ResilientHttpClientSource : IHttpClientSource
{
    private const string ClientName = "service";

    private readonly ServiceProvider _services;
    private readonly IHttpClientFactory _factory;

    /// <summary>Builds the handlers. No connection is opened.</summary>
    public ResilientHttpClientSource(HttpClientSettings settings)
        : this(settings, () => PrimaryHandler(settings)) { }

    /// <summary>For tests that replace the network at the end of the handlers.</summary>
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

    /// <summary>Creates a source. The module passes this method to its connections.</summary>
    public static IHttpClientSource Open(HttpClientSettings settings) => new ResilientHttpClientSource(settings);

    /// <inheritdoc/>
    public HttpClient CreateClient() => _factory.CreateClient(ClientName);

    /// <inheritdoc/>
    public void Dispose() => _services.Dispose();

    private static void Configure(HttpClient client, HttpClientSettings settings)
    {
        // The resilience handler enforces the time limits. This one would cover all attempts together and could not be distinguished.
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
        // On older systems, Windows PowerShell 5.1 starts with TLS 1.0 and two connections per host.
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
