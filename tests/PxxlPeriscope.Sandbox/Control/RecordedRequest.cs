namespace PxxlPeriscope.Sandbox.Control;

/// <summary>One request that arrived. Keys are never kept, only whether one came.</summary>
public sealed record RecordedRequest
{
    public required Service Service { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    /// <summary>With its question mark, or empty.</summary>
    public required string Query { get; init; }

    /// <summary>Path and query exactly as they came over the wire, with their escapes.</summary>
    public required string RawTarget { get; init; }

    /// <summary>The host name and port the client asked for.</summary>
    public required string Host { get; init; }

    public required DateTimeOffset ArrivedAt { get; init; }

    public required bool HasAuthorization { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>The status that was sent; null while there is none, and for a connection that ended without one.</summary>
    public int? Status { get; init; }
}
