namespace PxxlPeriscope.Sandbox.Control;

/// <summary>A received request. Records whether a key was sent, but never the key itself.</summary>
public sealed record RecordedRequest
{
    public required Service Service { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    /// <summary>The query including the question mark; empty if there is none.</summary>
    public required string Query { get; init; }

    /// <summary>Path and query exactly as received, with their escapes.</summary>
    public required string RawTarget { get; init; }

    /// <summary>The host name and port of the Host header.</summary>
    public required string Host { get; init; }

    public required DateTimeOffset ArrivedAt { get; init; }

    public required bool HasAuthorization { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>The status code of the response; null while there is none, and if the connection ended without a response.</summary>
    public int? Status { get; init; }
}
