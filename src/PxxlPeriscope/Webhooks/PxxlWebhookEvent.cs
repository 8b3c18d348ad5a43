using PxxlPeriscope.Webhooks.Receiving;

namespace PxxlPeriscope;

/// <summary>A genuine event of Pxxl. It is a hint: the deployment's truth is what the API says of it.</summary>
public sealed record PxxlWebhookEvent
{
    /// <summary>The full name, such as <c>deployment.status_changed</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The part before the dot.</summary>
    public required string Category { get; init; }

    /// <summary>The part after the dot.</summary>
    public required string Action { get; init; }

    /// <summary>Whether the name is one of those that Pxxl has published.</summary>
    public bool IsKnown { get; init; }

    /// <summary>UTC, from the signed part where that has one.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The deployment, for events that are about one.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>The deployment's status word before, as the service wrote it.</summary>
    public string? PreviousStatus { get; init; }

    /// <summary>What the event carries: dictionaries, arrays, text, numbers and truth values, as its JSON has them.</summary>
    public IReadOnlyDictionary<string, object?> Data { get; init; } = new Dictionary<string, object?>();

    /// <summary>The body as it was signed.</summary>
    public required string RawBody { get; init; }

    /// <summary>The scheme that its signature matched.</summary>
    public SignatureScheme Scheme { get; init; }

    /// <summary>The project's id, where the deployment has one; what other cmdlets take.</summary>
    public string? ProjectId => Deployment?.ProjectId;

    /// <summary>Where the event is kept until it was dealt with; null when it is not.</summary>
    internal InboxItem? InboxItem { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Deployment is null ? Name : $"{Name} {Deployment.Id}";
}
