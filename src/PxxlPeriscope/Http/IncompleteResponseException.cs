namespace PxxlPeriscope.Http;

/// <summary>An answer whose body ended before it was complete. A connection error to the retry, an invalid response to the user.</summary>
internal sealed class IncompleteResponseException(int statusCode, byte[] beginning, Exception inner)
    : HttpRequestException("The answer broke off before its end.", inner)
{
    public int Status { get; } = statusCode;

    /// <summary>What had come by then, at the most a few hundred bytes.</summary>
    public byte[] Excerpt { get; } = beginning;
}
