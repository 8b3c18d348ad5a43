namespace PxxlPeriscope;

/// <summary>The tone of a notification.</summary>
internal enum NotificationTone
{
    /// <summary>Neutral.</summary>
    Neutral,

    /// <summary>Good news.</summary>
    Good,

    /// <summary>Requires attention.</summary>
    Warning,

    /// <summary>Bad news.</summary>
    Bad,
}
