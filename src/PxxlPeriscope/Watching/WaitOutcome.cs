namespace PxxlPeriscope.Watching;

/// <summary>Where waiting for a deployment stands.</summary>
internal enum WaitOutcome
{
    /// <summary>It is under way, or its address does not answer yet.</summary>
    InProgress,

    /// <summary>It is live, and its address answers where that was to be seen.</summary>
    Live,

    /// <summary>It failed, was stopped or was rolled back.</summary>
    Failed,

    /// <summary>The time is over.</summary>
    TimedOut,

    /// <summary>It cannot be read.</summary>
    ReadFailed,
}
