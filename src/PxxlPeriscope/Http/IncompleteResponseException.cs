namespace PxxlPeriscope.Http;

/// <summary>A response whose body ended prematurely. It is retried like a connection error, and reported as an invalid response.</summary>
internal sealed class IncompleteResponseException(int statusCode, byte[] beginning, Exception inner)
    : HttpRequestException("The response ended prematurely.", inner)
{
    public int Status { get; } = statusCode;

    /// <summary>The beginning of the body, up to a few hundred bytes.</summary>
    public byte[] Excerpt { get; } = beginning;
}
