namespace PxxlPeriscope;

/// <summary>Which log of a deployment.</summary>
public enum LogSource
{
    /// <summary>What was written while it was built and released. It ends with the deployment.</summary>
    Build,

    /// <summary>What the running release writes. It has no end.</summary>
    Runtime,
}
