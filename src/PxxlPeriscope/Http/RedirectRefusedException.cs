namespace PxxlPeriscope.Http;

/// <summary>A redirect that was not followed. Not an HttpRequestException, because retrying the request would not help.</summary>
internal sealed class RedirectRefusedException(string target) : Exception("Redirected to " + target)
{
    /// <summary>The scheme and host of the target.</summary>
    public string Target { get; } = target;
}
