namespace PxxlPeriscope.Sandbox;

/// <summary>
/// How Pxxl spells its answers. The service publishes no schema, and its samples, SDKs and users disagree; a client has to read
/// every combination. The default is what the documentation shows.
/// </summary>
public sealed record ResponseShape
{
    public ListEnvelope ListEnvelope { get; init; }

    public Paging Paging { get; init; }

    public ItemEnvelope Item { get; init; }

    public Spelling Spelling { get; init; }

    public StatusField StatusField { get; init; }

    public LogForm Logs { get; init; }

    /// <summary>Numbers arrive as JSON strings; the official CLI parses them.</summary>
    public bool NumbersAsStrings { get; init; }

    /// <summary>The page size the server uses whatever is asked for; null honours <c>limit</c>.</summary>
    public int? ServerLimitCap { get; init; }
}
