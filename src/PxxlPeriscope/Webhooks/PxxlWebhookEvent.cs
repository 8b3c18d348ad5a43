using PxxlPeriscope.Webhooks.Receiving;

namespace PxxlPeriscope;

/// <summary>A genuine event from Pxxl. It is only a notification: the API returns the authoritative state of the deployment.</summary>
public sealed record PxxlWebhookEvent
{
    /// <summary>The full name, such as <c>deployment.status_changed</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The part before the dot.</summary>
    public required string Category { get; init; }

    /// <summary>The part after the dot.</summary>
    public required string Action { get; init; }

    /// <summary>Whether the name is one of the published event names.</summary>
    public bool IsKnown { get; init; }

    /// <summary>The time in UTC, from the signed part if it contains one.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The deployment, if the event refers to one.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>The previous status of the deployment, exactly as the service returned it.</summary>
    public string? PreviousStatus { get; init; }

    /// <summary>The data of the event as dictionaries, arrays, strings, numbers and Booleans, as in its JSON.</summary>
    public IReadOnlyDictionary<string, object?> Data { get; init; } = new Dictionary<string, object?>();

    /// <summary>The body as it was signed.</summary>
    public required string RawBody { get; init; }

    /// <summary>The scheme that the signature matched.</summary>
    public SignatureScheme Scheme { get; init; }

    /// <summary>The id of the deployment's project, for binding by other cmdlets.</summary>
    public string? ProjectId => Deployment?.ProjectId;

    /// <summary>The stored event, which is kept until it is processed; null if it is not stored.</summary>
    internal InboxItem? InboxItem { get; init; }

    /// <summary>Ends once the receiver has another event, or has ended; null where nobody knows.</summary>
    internal Task? NextEvent { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Deployment is null ? Name : $"{Name} {Deployment.Id}";
}
