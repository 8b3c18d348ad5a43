namespace PxxlPeriscope;

/// <summary>The phase in which a deployment failed.</summary>
public enum FailedPhase
{
    /// <summary>The build. Nothing new went live.</summary>
    Build,

    /// <summary>
    /// A phase after a successful build: publishing, the health check or the promotion of the route. The previous release stays live.
    /// (docs/facts/pxxl-api.md, "Status words".)
    /// </summary>
    Release,
}
