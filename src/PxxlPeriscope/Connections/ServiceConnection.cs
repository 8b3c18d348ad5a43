using PxxlPeriscope.Http;

namespace PxxlPeriscope.Connections;

/// <summary>The base URI of a service and the key for it. Its output never includes the key.</summary>
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
        ApiKey = settings.ApiKey ?? throw new ArgumentException("A connection requires an API key.", nameof(settings));
        BaseUri = settings.BaseUri;
        KeySource = keySource;
        _source = new Lazy<IHttpClientSource>(() => open(settings));
    }

    /// <summary>Creates another view of the same connection. It shares the sockets of the owner, which also disposes them.</summary>
    private protected ServiceConnection(ServiceConnection owner)
    {
        (Service, Settings, ApiKey, BaseUri, KeySource) = (owner.Service, owner.Settings, owner.ApiKey, owner.BaseUri, owner.KeySource);
        _source = owner._source;
        _isShared = true;
    }

    /// <summary>The base URI. It ends with a slash.</summary>
    public Uri BaseUri { get; }

    /// <summary>The source of the key: a parameter, an environment variable or a file.</summary>
    public string KeySource { get; }

    internal ServiceName Service { get; }

    internal HttpClientSettings Settings { get; }

    internal Secret ApiKey { get; }

    /// <summary>The first call opens the handlers of the connection; no HTTP assembly is loaded before.</summary>
    internal HttpClient CreateClient() => _source.Value.CreateClient();

    /// <summary>Closes the connection. Pooled sockets close by themselves within two minutes.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the handlers.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_isShared && _source.IsValueCreated)
        {
            _source.Value.Dispose();
        }
    }
}
