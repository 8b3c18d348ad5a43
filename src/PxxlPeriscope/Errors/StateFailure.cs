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
}
