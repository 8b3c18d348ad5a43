namespace PxxlPeriscope;

/// <summary>A log of a deployment.</summary>
public enum LogSource
{
    /// <summary>The output of the build and the release. It ends with the deployment.</summary>
    Build,

    /// <summary>The output of the running release. It has no end.</summary>
    Runtime,
}
