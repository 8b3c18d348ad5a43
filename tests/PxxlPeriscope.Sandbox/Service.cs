namespace PxxlPeriscope.Sandbox;

/// <summary>The two services that share the sandbox's port.</summary>
public enum Service
{
    Pxxl,
    Periscope,
}
