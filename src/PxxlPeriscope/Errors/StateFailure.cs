namespace PxxlPeriscope;

/// <summary>Why what this machine keeps cannot be used, or was not delivered.</summary>
public enum StateFailure
{
    /// <summary>A folder for an outbox or for state is missing, cannot be written, or its disk is full.</summary>
    StateUnusable,

    /// <summary>A file of the state was written by a newer version of this module.</summary>
    StateTooNew,

    /// <summary>A run ended, and some reports did not reach Periscope.</summary>
    NotDelivered,
}
