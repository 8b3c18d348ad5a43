namespace PxxlPeriscope;

/// <summary>What a notification is written as.</summary>
public enum NotificationFormat
{
    /// <summary>The text of a Slack incoming webhook; Mattermost and Rocket.Chat take it too.</summary>
    Slack,

    /// <summary>An Adaptive Card, as workflows and incoming webhooks of Microsoft Teams take it.</summary>
    Teams,

    /// <summary>The content of a Discord webhook.</summary>
    Discord,

    /// <summary>JSON with the text and the object itself, for a program.</summary>
    Json,
}
