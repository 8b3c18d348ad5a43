namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>The addresses of a web server, and its limits for unauthenticated senders.</summary>
public sealed record WebServerSettings
{
    /// <summary>The addresses and ports. Their paths are handled by the listener.</summary>
    public required IReadOnlyList<ListenPrefix> Prefixes { get; init; }

    /// <summary>The maximum size of a body, in bytes.</summary>
    public int MaximumBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>The maximum number of open connections; further ones are closed. Each holds at most one body in memory.</summary>
    public int MaximumConnections { get; init; } = 1024;

    /// <summary>The maximum size of the request line, in bytes.</summary>
    public int MaximumRequestLineBytes { get; init; } = 4 * 1024;

    /// <summary>The maximum number of headers in a request.</summary>
    public int MaximumHeaderCount { get; init; } = 64;

    /// <summary>The maximum size of all headers together, in bytes. Proxies add some.</summary>
    public int MaximumHeaderBytes { get; init; } = 16 * 1024;

    /// <summary>The time limit for the headers of a request.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be idle between two requests.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The minimum rate of a body, in bytes per second, after its first five seconds.</summary>
    public int MinimumBodyBytesPerSecond { get; init; } = 240;
}
