namespace PxxlPeriscope;

/// <summary>Which part of a failed deployment failed.</summary>
public enum FailedPhase
{
    /// <summary>The build: nothing new could go live.</summary>
    Build,

    /// <summary>
    /// What comes after a good build: publishing, the health check or the promotion of the route. The previous release goes on
    /// serving. (docs/facts/pxxl-api.md, "Status words".)
    /// </summary>
    Release,
}
