namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>
/// The format of Pxxl responses. The service publishes no schema, and its samples, SDKs and users disagree, so a client must be able to
/// read every combination. The default is the documented format.
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

    /// <summary>The maximum number of newest log lines in a response; older lines are not included. Null for no limit.</summary>
    public int? LogWindowLines { get; init; }

    /// <summary>
    /// The number of consecutive repetitions of each log line within the same second, because programs repeat themselves.
    /// </summary>
    public int LogRepeats { get; init; } = 1;

    /// <summary>Whether environment variables include their values, although Pxxl documents that they never do.</summary>
    public bool VariableValues { get; init; }

    /// <summary>Whether numbers are sent as JSON strings, which the official CLI parses.</summary>
    public bool NumbersAsStrings { get; init; }

    /// <summary>The page size the server uses regardless of the request; null to honor <c>limit</c>.</summary>
    public int? ServerLimitCap { get; init; }
}
