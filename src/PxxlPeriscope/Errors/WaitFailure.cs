namespace PxxlPeriscope;

/// <summary>Why waiting for a deployment ended without it being live.</summary>
public enum WaitFailure
{
    /// <summary>A deployment that was waited for did not become live.</summary>
    DeploymentFailed,

    /// <summary>A deployment that was waited for was not live in time.</summary>
    DeploymentTimeout,
}
