using System.Globalization;

namespace PxxlPeriscope.Http;

/// <summary>One attempt of a request, as shown in verbose output. It contains no header, body or key.</summary>
public sealed class HttpExchange
{
    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path and query.</summary>
    public required string Path { get; init; }

    /// <summary>The HTTP status; null if there was no response.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Why there was no response.</summary>
    public string? Problem { get; init; }

    /// <summary>The duration of the attempt, including the response body.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The number of the attempt, starting at 1.</summary>
    public int Attempt { get; init; }

    /// <summary>The id of the request at the service.</summary>
    public string? RequestId { get; init; }

    /// <summary>The delay before the next attempt; null if there is none.</summary>
    public TimeSpan? RetryIn { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var line = string.Format(
            CultureInfo.InvariantCulture,
            "{0} {1} -> {2} in {3:0} ms, attempt {4}",
            Method,
            Path,
            StatusCode?.ToString(CultureInfo.InvariantCulture) ?? Problem,
            Elapsed.TotalMilliseconds,
            Attempt
        );
        if (RequestId is not null)
        {
            line += ", request " + RequestId;
        }

        return RetryIn is { } wait ? line + string.Format(CultureInfo.InvariantCulture, "; retry in {0:0.#} s", wait.TotalSeconds) : line;
    }
}
