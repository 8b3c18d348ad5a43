namespace PxxlPeriscope;

/// <summary>Where a deployment stands. Pxxl publishes no closed list of words, so this is what its words amount to.</summary>
public enum DeploymentStatus
{
    /// <summary>The service gave no status word.</summary>
    Unknown,

    /// <summary>Waiting to be built.</summary>
    Queued,

    /// <summary>Being built or released; also every word that nobody knows yet.</summary>
    InProgress,

    /// <summary>Live.</summary>
    Success,

    /// <summary>The build or the release failed.</summary>
    Failed,

    /// <summary>Cancelled, superseded, or a preview that has expired.</summary>
    Stopped,

    /// <summary>Taken back to an earlier release.</summary>
    RolledBack,
}
