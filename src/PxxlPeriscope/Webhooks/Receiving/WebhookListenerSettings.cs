namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>The addresses and limits of a listener.</summary>
public sealed record WebhookListenerSettings
{
    /// <summary>The addresses: at least one prefix, such as <c>http://127.0.0.1:8787/</c>.</summary>
    public required IReadOnlyList<ListenPrefix> Prefixes { get; init; }

    /// <summary>The only path that is accepted, with or without a trailing slash; null for the path of each prefix.</summary>
    public string? Path { get; init; }

    /// <summary>The maximum size of a body, in bytes.</summary>
    public int MaximumBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>The time limit for a body.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The maximum number of open connections. They use at most this many times the maximum body size in memory.</summary>
    public int MaximumConnections { get; init; } = 1024;
}
