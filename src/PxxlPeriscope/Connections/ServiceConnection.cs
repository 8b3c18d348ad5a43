using PxxlPeriscope.Http;

namespace PxxlPeriscope.Connections;

/// <summary>Where a service is and the key for it. What it shows never includes the key.</summary>
public abstract class ServiceConnection : IDisposable
{
    private readonly Lazy<IHttpClientSource> _source;
    private readonly bool _isShared;

    private protected ServiceConnection(
        ServiceName service,
        HttpClientSettings settings,
        string keySource,
        Func<HttpClientSettings, IHttpClientSource> open
    )
    {
        Service = service;
        Settings = settings;
        ApiKey = settings.ApiKey ?? throw new ArgumentException("A service is called with a key.", nameof(settings));
        BaseUri = settings.BaseUri;
        KeySource = keySource;
        _source = new Lazy<IHttpClientSource>(() => open(settings));
    }

    /// <summary>The same connection seen in another way: it shares the sockets, and leaves them to the one that opened them.</summary>
    private protected ServiceConnection(ServiceConnection owner)
    {
        (Service, Settings, ApiKey, BaseUri, KeySource) = (owner.Service, owner.Settings, owner.ApiKey, owner.BaseUri, owner.KeySource);
        _source = owner._source;
        _isShared = true;
    }

    /// <summary>Ends in a slash.</summary>
    public Uri BaseUri { get; }

    /// <summary>Where the key came from: a parameter, an environment variable or a file.</summary>
    public string KeySource { get; }

    internal ServiceName Service { get; }

    internal HttpClientSettings Settings { get; }

    internal Secret ApiKey { get; }

    /// <summary>The first one opens the connection's handlers; nothing of HTTP is loaded before.</summary>
    internal HttpClient CreateClient() => _source.Value.CreateClient();

    /// <summary>Ends the use of this connection. Sockets that are kept open close by themselves within two minutes.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the handlers back.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_isShared && _source.IsValueCreated)
        {
            _source.Value.Dispose();
        }
    }
}
