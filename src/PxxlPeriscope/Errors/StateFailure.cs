namespace PxxlPeriscope;

/// <summary>The reason why stored state cannot be used, or was not delivered.</summary>
public enum StateFailure
{
    /// <summary>A folder for the outbox or the state is missing, cannot be written, or its disk is full.</summary>
    StateUnusable,

    /// <summary>A state file was written by a newer version of this module.</summary>
    StateTooNew,

    /// <summary>A run has ended, but some reports did not reach Periscope.</summary>
    NotDelivered,

    /// <summary>An outbox item was replaced after it was listed, so it is no longer the item that was specified.</summary>
    OutboxItemChanged,

    /// <summary>A synchronization did nothing because another run may be in progress.</summary>
    AlreadyRunning,

    /// <summary>A run read so many deployments that it stopped before the end.</summary>
    TooManyDeployments,
}
