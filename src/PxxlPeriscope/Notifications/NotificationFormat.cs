namespace PxxlPeriscope;

/// <summary>The format of a notification.</summary>
public enum NotificationFormat
{
    /// <summary>The text of a Slack incoming webhook, which Mattermost and Rocket.Chat accept too.</summary>
    Slack,

    /// <summary>An Adaptive Card, as accepted by workflows and incoming webhooks of Microsoft Teams.</summary>
    Teams,

    /// <summary>The content of a Discord webhook.</summary>
    Discord,

    /// <summary>JSON with the text and the object itself, for use by a program.</summary>
    Json,
}
