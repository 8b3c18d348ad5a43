namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>One thing that goes wrong, which requests it strikes and how often. What is null or left out restricts nothing.</summary>
public sealed record Fault
{
    public required FaultKind Kind { get; init; }

    public Service? Service { get; init; }

    /// <summary>Part of the path, or of the query behind it, ignoring case.</summary>
    public string? PathContains { get; init; }

    public string? Method { get; init; }

    /// <summary>How many requests it strikes; null for all, for ever.</summary>
    public int? Times { get; init; }

    /// <summary>How many matching requests pass before the first is struck.</summary>
    public int Skip { get; init; }

    /// <summary>Strikes the first matching request after <see cref="Skip"/> and then every n-th.</summary>
    public int Every { get; init; } = 1;

    /// <summary>The share of those requests that it strikes, drawn from <see cref="Seed"/>.</summary>
    public double Probability { get; init; } = 1;

    public int Seed { get; init; } = 1;

    /// <summary>For the kinds that send <c>Retry-After</c>. A date is rounded up to the whole second.</summary>
    public int RetryAfterSeconds { get; init; } = 1;

    /// <summary>Where a redirect leads instead of its default.</summary>
    public Uri? Location { get; init; }

    /// <summary>The size of <see cref="FaultKind.HugeBody"/>.</summary>
    public long BodyBytes { get; init; } = 256 * 1024 * 1024;
}
