namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>Which field carries the deployment's status word. <c>buildStatus</c> is always the build's alone.</summary>
public enum StatusField
{
    /// <summary><c>status</c>, the only one in the documented sample.</summary>
    Status,

    /// <summary><c>deploymentStatus</c>, which the CLI prefers.</summary>
    DeploymentStatus,

    /// <summary><c>state</c>, a guess.</summary>
    State,
}
