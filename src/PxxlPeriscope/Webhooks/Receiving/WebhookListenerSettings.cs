namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>Where a listener listens, and what it puts up with.</summary>
public sealed record WebhookListenerSettings
{
    /// <summary>Where to listen: at least one prefix, such as <c>http://127.0.0.1:8787/</c>.</summary>
    public required IReadOnlyList<ListenPrefix> Prefixes { get; init; }

    /// <summary>The only path that is answered, whatever its last slash; null for the path of each prefix.</summary>
    public string? Path { get; init; }

    /// <summary>The largest body, in bytes.</summary>
    public int MaximumBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>How long a sender may take for its body.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many connections may be open at once; what they hold in memory is at most so many times the largest body.</summary>
    public int MaximumConnections { get; init; } = 1024;
}
