namespace PxxlPeriscope;

/// <summary>Whether a notification is good news.</summary>
public enum NotificationTone
{
    /// <summary>Neither.</summary>
    Neutral,

    /// <summary>Good news.</summary>
    Good,

    /// <summary>Something to look at.</summary>
    Warning,

    /// <summary>Bad news.</summary>
    Bad,
}
