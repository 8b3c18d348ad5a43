namespace PxxlPeriscope.Http;

/// <summary>Receives log messages of a client. The callbacks can be called on any thread.</summary>
public sealed class CallLog
{
    /// <summary>A log that discards everything.</summary>
    public static CallLog None { get; } = new();

    /// <summary>Called for each attempt of a request.</summary>
    public Action<HttpExchange>? Exchange { get; init; }

    /// <summary>Called with a message for the user that does not end the call.</summary>
    public Action<string>? Warning { get; init; }
}
