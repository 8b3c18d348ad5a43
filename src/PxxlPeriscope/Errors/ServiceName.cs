namespace PxxlPeriscope;

/// <summary>The two services this module speaks with.</summary>
public enum ServiceName
{
    /// <summary>The deployment platform.</summary>
    Pxxl,

    /// <summary>The delivery metrics.</summary>
    Periscope,
}
