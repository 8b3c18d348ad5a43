namespace PxxlPeriscope;

/// <summary>Where a report's time of completion comes from, the surest first.</summary>
public enum CompletionSource
{
    /// <summary>There is none: the deployment is not finished.</summary>
    None,

    /// <summary>Whoever made the report gave it.</summary>
    Given,

    /// <summary>Pxxl said when the deployment ended.</summary>
    Finished,

    /// <summary>Creation plus the build's time: too early by waiting and release.</summary>
    BuildTime,

    /// <summary>The last change that Pxxl shows: too late if anything was changed afterwards.</summary>
    LastChange,

    /// <summary>When it was seen to be finished.</summary>
    Observed,
}
