namespace PxxlPeriscope.Sandbox;

/// <summary>The services of the sandbox.</summary>
public enum Service
{
    Pxxl,
    Periscope,

    /// <summary>A chat or another receiver of notifications.</summary>
    Chat,
}
