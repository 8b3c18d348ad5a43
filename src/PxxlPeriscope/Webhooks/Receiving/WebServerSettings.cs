namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>Where a web server listens, and its limits for senders of whom nothing is known yet.</summary>
public sealed record WebServerSettings
{
    /// <summary>The addresses and ports. Their paths are the listener's business.</summary>
    public required IReadOnlyList<ListenPrefix> Prefixes { get; init; }

    /// <summary>The largest body, in bytes.</summary>
    public int MaximumBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>How many connections may be open at once; further ones are closed. Each holds at most one body in memory.</summary>
    public int MaximumConnections { get; init; } = 1024;

    /// <summary>The largest request line, in bytes.</summary>
    public int MaximumRequestLineBytes { get; init; } = 4 * 1024;

    /// <summary>How many headers a request may have.</summary>
    public int MaximumHeaderCount { get; init; } = 64;

    /// <summary>The largest size of all headers together, in bytes. Proxies add some.</summary>
    public int MaximumHeaderBytes { get; init; } = 16 * 1024;

    /// <summary>How long a sender may take for the head of a request.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may stay open between two requests.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The slowest that a body may come, in bytes a second, after its first five seconds.</summary>
    public int MinimumBodyBytesPerSecond { get; init; } = 240;
}
