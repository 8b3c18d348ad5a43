using System.Text.Json;

namespace PxxlPeriscope.Notifications;

/// <summary>Writes a notification in the JSON format of a chat.</summary>
internal static class NotificationPayload
{
    /// <summary>The maximum length of a Discord message.</summary>
    private const int MaxDiscordContentLength = 2000;

    /// <summary>Discord's flag to suppress link previews.</summary>
    private const int SuppressEmbeds = 4;

    private static readonly Dictionary<NotificationTone, string> TeamsColors = new()
    {
        [NotificationTone.Neutral] = "Default",
        [NotificationTone.Good] = "Good",
        [NotificationTone.Warning] = "Warning",
        [NotificationTone.Bad] = "Attention",
    };

    internal static byte[] Write(Notification notification, NotificationFormat format) =>
        format switch
        {
            NotificationFormat.Slack => JsonSerializer.SerializeToUtf8Bytes(Slack(notification), ChatJsonContext.Default.Slack),
            NotificationFormat.Teams => JsonSerializer.SerializeToUtf8Bytes(Teams(notification), TeamsJsonContext.Default.Teams),
            NotificationFormat.Discord => JsonSerializer.SerializeToUtf8Bytes(Discord(notification), ChatJsonContext.Default.Discord),
            _ => JsonSerializer.SerializeToUtf8Bytes(
                NotificationDocument.Create(notification),
                NotificationJsonContext.Default.NotificationDocument
            ),
        };

    private static ChatMessage.Slack Slack(Notification notification)
    {
        string[] lines = [$"*{ChatMarkup.Slack(notification.Title)}*", .. notification.Details.Select(ChatMarkup.Slack)];
        var text = string.Join("\n", lines);
        return new(
            notification.Link is { } link ? $"{text}\n<{ChatMarkup.Slack(link.AbsoluteUri)}|Open in Pxxl>" : text,
            UnfurlLinks: false,
            UnfurlMedia: false
        );
    }

    /// <summary>
    /// Creates an Adaptive Card in the envelope of Teams workflows, which older incoming webhooks accept too. The text consists of runs of
    /// a RichTextBlock, which does not interpret Markdown, so nothing needs to be escaped; without an entity nobody is mentioned.
    /// </summary>
    private static ChatMessage.Teams Teams(Notification notification)
    {
        var title = new ChatMessage.TextRun("TextRun", notification.Title, "Bolder", TeamsColors[notification.Tone]);
        var details = notification.Details.Select(line => new ChatMessage.TextRun("TextRun", line, Weight: null, Color: null));
        var card = new ChatMessage.Card(
            "http://adaptivecards.io/schemas/adaptive-card.json",
            "AdaptiveCard",
            // The first version that has RichTextBlock.
            "1.2",
            [.. details.Prepend(title).Select(run => new ChatMessage.TextBlock("RichTextBlock", [run]))],
            notification.Link is { } link ? [new ChatMessage.OpenUrl("Action.OpenUrl", "Open in Pxxl", link.AbsoluteUri)] : null
        );
        return new("message", [new ChatMessage.Attachment("application/vnd.microsoft.card.adaptive", ContentUrl: null, card)]);
    }

    private static ChatMessage.Discord Discord(Notification notification)
    {
        var link = notification.Link is { } address ? $"\n<{address.AbsoluteUri}>" : string.Empty;
        var content = $"**{ChatMarkup.Discord(notification.Title)}**";
        foreach (var line in notification.Details.Select(line => "\n" + ChatMarkup.Discord(line)))
        {
            // Only whole lines are added: a truncated line could end within an escape sequence.
            content += content.Length + line.Length + link.Length <= MaxDiscordContentLength ? line : string.Empty;
        }

        return new(
            content.Length + link.Length <= MaxDiscordContentLength ? content + link : content,
            new ChatMessage.Mentions([]),
            SuppressEmbeds
        );
    }
}
