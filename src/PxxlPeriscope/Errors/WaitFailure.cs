namespace PxxlPeriscope;

/// <summary>The reason why a wait ended without a live deployment.</summary>
public enum WaitFailure
{
    /// <summary>A deployment that was waited for did not go live.</summary>
    DeploymentFailed,

    /// <summary>A deployment that was waited for did not go live within the time limit.</summary>
    DeploymentTimeout,
}
