namespace PxxlPeriscope;

/// <summary>Where the completion time of a report comes from, most reliable first.</summary>
public enum CompletionSource
{
    /// <summary>No completion time: the deployment is not finished.</summary>
    None,

    /// <summary>Specified by the creator of the report.</summary>
    Given,

    /// <summary>Pxxl returned the time at which the deployment ended.</summary>
    Finished,

    /// <summary>Creation time plus build time. Too early, because it does not include queueing and release.</summary>
    BuildTime,

    /// <summary>The time of the last change that Pxxl returns. Too late if anything was changed afterwards.</summary>
    LastChange,

    /// <summary>The time at which the deployment was first seen to be finished.</summary>
    Observed,
}
