using System.Text.Json.Serialization;

namespace PxxlPeriscope.Notifications;

/// <summary>The request bodies of the chat services.</summary>
internal static class ChatMessage
{
    internal sealed record Slack(string Text, bool UnfurlLinks, bool UnfurlMedia);

    internal sealed record Discord(string Content, Mentions AllowedMentions, int Flags);

    internal sealed record Mentions(IReadOnlyList<string> Parse);

    internal sealed record Teams(string Type, IReadOnlyList<Attachment> Attachments);

    /// <param name="ContentType">The media type of an Adaptive Card.</param>
    /// <param name="ContentUrl">Always null, and written: Teams expects the property.</param>
    /// <param name="Content">The card.</param>
    internal sealed record Attachment(
        string ContentType,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? ContentUrl,
        Card Content
    );

    internal sealed record Card(
        [property: JsonPropertyName("$schema")] string Schema,
        string Type,
        string Version,
        IReadOnlyList<TextBlock> Body,
        IReadOnlyList<OpenUrl>? Actions
    );

    internal sealed record TextBlock(string Type, IReadOnlyList<TextRun> Inlines);

    internal sealed record TextRun(string Type, string Text, string? Weight, string? Color);

    internal sealed record OpenUrl(string Type, string Title, string Url);
}

/// <summary>The generated serialization of Slack and Discord messages.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChatMessage.Slack))]
[JsonSerializable(typeof(ChatMessage.Discord))]
internal sealed partial class ChatJsonContext : JsonSerializerContext;

/// <summary>The generated serialization of Teams messages.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ChatMessage.Teams))]
internal sealed partial class TeamsJsonContext : JsonSerializerContext;
