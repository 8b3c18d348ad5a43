using System.Globalization;

namespace PxxlPeriscope.Http;

/// <summary>One attempt at one request, as a verbose line shows it. It holds no header, no body and no key.</summary>
public sealed class HttpExchange
{
    /// <summary>GET, POST...</summary>
    public required string Method { get; init; }

    /// <summary>Path and query.</summary>
    public required string Path { get; init; }

    /// <summary>HTTP status; null when there was no answer.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Why there was no answer.</summary>
    public string? Problem { get; init; }

    /// <summary>How long the attempt took, its body included.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>1 for the first.</summary>
    public int Attempt { get; init; }

    /// <summary>The request's id at the service.</summary>
    public string? RequestId { get; init; }

    /// <summary>How long the next attempt is waited for; null when there is none.</summary>
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

        return RetryIn is { } wait ? line + string.Format(CultureInfo.InvariantCulture, "; again in {0:0.#} s", wait.TotalSeconds) : line;
    }
}
