namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>
/// How Pxxl spells its answers. The service publishes no schema, and its samples, SDKs and users disagree; a client has to read
/// every combination. The default is what the documentation shows.
/// </summary>
public sealed record ResponseShape
{
    public ListEnvelope ListEnvelope { get; init; }

    public PagingStyle Paging { get; init; }

    public ItemEnvelope Item { get; init; }

    public Spelling Spelling { get; init; }

    public StatusField StatusField { get; init; }

    public LogFormat Logs { get; init; }

    public DomainFormat Domains { get; init; }

    /// <summary>How many of a log's newest lines an answer shows at the most: older ones fall out of the window. Null shows all.</summary>
    public int? LogWindowLines { get; init; }

    /// <summary>How often each line of a log comes in a row, in the same second: programs repeat themselves.</summary>
    public int LogRepeats { get; init; } = 1;

    /// <summary>Rows of environment variables carry their values, which Pxxl documents that they never do.</summary>
    public bool VariableValues { get; init; }

    /// <summary>Numbers arrive as JSON strings; the official CLI parses them.</summary>
    public bool NumbersAsStrings { get; init; }

    /// <summary>The page size the server uses whatever is asked for; null honours <c>limit</c>.</summary>
    public int? ServerLimitCap { get; init; }
}
