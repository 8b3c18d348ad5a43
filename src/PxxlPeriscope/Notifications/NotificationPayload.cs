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

    internal static byte[] Write(Notification notification, NotificationFormat format)
    {
        using var buffer = new MemoryStream(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            switch (format)
            {
                case NotificationFormat.Slack:
                    Slack(json, notification);
                    break;
                case NotificationFormat.Teams:
                    Teams(json, notification);
                    break;
                case NotificationFormat.Discord:
                    Discord(json, notification);
                    break;
                default:
                    NotificationJson.Write(json, notification);
                    break;
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Slack(Utf8JsonWriter json, Notification notification)
    {
        string[] lines = [$"*{ChatMarkup.Slack(notification.Title)}*", .. notification.Details.Select(ChatMarkup.Slack)];
        var text = string.Join("\n", lines);
        json.WriteString("text", notification.Link is { } link ? $"{text}\n<{ChatMarkup.Slack(link.AbsoluteUri)}|Open in Pxxl>" : text);
        json.WriteBoolean("unfurl_links", false);
        json.WriteBoolean("unfurl_media", false);
    }

    /// <summary>
    /// Writes an Adaptive Card in the envelope of Teams workflows, which older incoming webhooks accept too. The text consists of runs of a
    /// RichTextBlock, which does not interpret Markdown, so nothing needs to be escaped; without an entity nobody is mentioned.
    /// </summary>
    private static void Teams(Utf8JsonWriter json, Notification notification)
    {
        json.WriteString("type", "message");
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
        json.WriteNull("contentUrl");
        json.WriteStartObject("content");
        json.WriteString("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        json.WriteString("type", "AdaptiveCard");
        // The first version that has RichTextBlock.
        json.WriteString("version", "1.2");
        json.WriteStartArray("body");
        Run(notification.Title, isTitle: true);
        foreach (var line in notification.Details)
        {
            Run(line, isTitle: false);
        }

        json.WriteEndArray();
        if (notification.Link is { } link)
        {
            json.WriteStartArray("actions");
            json.WriteStartObject();
            json.WriteString("type", "Action.OpenUrl");
            json.WriteString("title", "Open in Pxxl");
            json.WriteString("url", link.AbsoluteUri);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();

        void Run(string text, bool isTitle)
        {
            json.WriteStartObject();
            json.WriteString("type", "RichTextBlock");
            json.WriteStartArray("inlines");
            json.WriteStartObject();
            json.WriteString("type", "TextRun");
            json.WriteString("text", text);
            if (isTitle)
            {
                json.WriteString("weight", "Bolder");
                json.WriteString("color", TeamsColors[notification.Tone]);
            }

            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void Discord(Utf8JsonWriter json, Notification notification)
    {
        var link = notification.Link is { } address ? $"\n<{address.AbsoluteUri}>" : string.Empty;
        var content = $"**{ChatMarkup.Discord(notification.Title)}**";
        foreach (var line in notification.Details.Select(line => "\n" + ChatMarkup.Discord(line)))
        {
            // Only whole lines are added: a truncated line could end within an escape sequence.
            content += content.Length + line.Length + link.Length <= MaxDiscordContentLength ? line : string.Empty;
        }

        json.WriteString("content", content.Length + link.Length <= MaxDiscordContentLength ? content + link : content);
        json.WriteStartObject("allowed_mentions");
        json.WriteStartArray("parse");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteNumber("flags", SuppressEmbeds);
    }
}
