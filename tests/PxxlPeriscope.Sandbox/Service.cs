namespace PxxlPeriscope.Sandbox;

/// <summary>What shares the sandbox's port.</summary>
public enum Service
{
    Pxxl,
    Periscope,

    /// <summary>A chat, or whatever else takes notifications.</summary>
    Chat,
}
