namespace PxxlPeriscope;

/// <summary>The services that this module uses.</summary>
public enum ServiceName
{
    /// <summary>The deployment platform.</summary>
    Pxxl,

    /// <summary>The service for delivery metrics.</summary>
    Periscope,
}
