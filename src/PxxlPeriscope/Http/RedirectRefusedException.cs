namespace PxxlPeriscope.Http;

/// <summary>A redirect that was not followed. Not an HttpRequestException: repeating the request would not help.</summary>
internal sealed class RedirectRefusedException(string target) : Exception("Redirected to " + target)
{
    /// <summary>Scheme and host of where it pointed.</summary>
    public string Target { get; } = target;
}
