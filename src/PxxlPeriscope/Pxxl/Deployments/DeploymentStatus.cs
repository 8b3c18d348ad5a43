namespace PxxlPeriscope;

/// <summary>
/// The normalized status of a deployment. Pxxl does not publish a closed list of status words, so each word is mapped to one of these.
/// </summary>
public enum DeploymentStatus
{
    /// <summary>The service did not return a status.</summary>
    Unknown,

    /// <summary>Waiting to be built.</summary>
    Queued,

    /// <summary>Being built or released. Unknown status words also map to this value.</summary>
    InProgress,

    /// <summary>Live.</summary>
    Success,

    /// <summary>The build or the release failed.</summary>
    Failed,

    /// <summary>Canceled, superseded, or an expired preview.</summary>
    Stopped,

    /// <summary>Rolled back to an earlier release.</summary>
    RolledBack,
}
