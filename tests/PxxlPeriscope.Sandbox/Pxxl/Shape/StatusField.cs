namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>The field with the status of a deployment. <c>buildStatus</c> always contains only the status of the build.</summary>
public enum StatusField
{
    /// <summary><c>status</c>, the only field in the documented sample.</summary>
    Status,

    /// <summary><c>deploymentStatus</c>, which the CLI prefers.</summary>
    DeploymentStatus,

    /// <summary><c>state</c>, a guess.</summary>
    State,
}
