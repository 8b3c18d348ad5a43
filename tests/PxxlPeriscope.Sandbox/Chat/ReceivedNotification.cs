namespace PxxlPeriscope.Sandbox.Chat;

/// <summary>A notification that the chat received.</summary>
public sealed record ReceivedNotification
{
    public required string Path { get; init; }

    public required bool HasAuthorization { get; init; }

    public string? ContentType { get; init; }

    public required string Body { get; init; }
}
