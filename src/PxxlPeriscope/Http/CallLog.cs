namespace PxxlPeriscope.Http;

/// <summary>Where a client tells what it does. Both are called on any thread.</summary>
public sealed class CallLog
{
    /// <summary>Nobody listens.</summary>
    public static CallLog None { get; } = new();

    /// <summary>Called once for each attempt at a request.</summary>
    public Action<HttpExchange>? Exchange { get; init; }

    /// <summary>Called with what a user should know although the call goes on.</summary>
    public Action<string>? Warning { get; init; }
}
