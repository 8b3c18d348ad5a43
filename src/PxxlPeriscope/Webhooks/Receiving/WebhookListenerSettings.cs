namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>Where a listener listens, and what it puts up with.</summary>
public sealed record WebhookListenerSettings
{
    /// <summary>HttpListener prefixes, each ending in a slash.</summary>
    public required IReadOnlyList<string> Prefixes { get; init; }

    /// <summary>The only path that is answered, without its last slash; null for all below the prefixes.</summary>
    public string? Path { get; init; }

    /// <summary>The largest body, in bytes.</summary>
    public int MaximumBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>How long a sender may take for its body.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many requests are worked on at once; what they hold in memory is at most so many times the largest body.</summary>
    public int MaximumConcurrency { get; init; } = 256;
}
