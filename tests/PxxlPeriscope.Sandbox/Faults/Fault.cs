namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>A fault, the requests it affects and how often. Properties that are null or not set do not restrict it.</summary>
public sealed record Fault
{
    public required FaultKind Kind { get; init; }

    public Service? Service { get; init; }

    /// <summary>A part of the path or query, ignoring case.</summary>
    public string? PathContains { get; init; }

    public string? Method { get; init; }

    /// <summary>The number of requests it affects; null for no limit.</summary>
    public int? Times { get; init; }

    /// <summary>The number of matching requests to let through first.</summary>
    public int Skip { get; init; }

    /// <summary>Affects the first matching request after <see cref="Skip"/> and then every n-th one.</summary>
    public int Every { get; init; } = 1;

    /// <summary>The fraction of those requests to affect, drawn with <see cref="Seed"/>.</summary>
    public double Probability { get; init; } = 1;

    public int Seed { get; init; } = 1;

    /// <summary>For the kinds that send <c>Retry-After</c>. A date is rounded up to a whole second.</summary>
    public int RetryAfterSeconds { get; init; } = 1;

    /// <summary>The target of a redirect instead of the default one.</summary>
    public Uri? Location { get; init; }

    /// <summary>The size of <see cref="FaultKind.HugeBody"/>.</summary>
    public long BodyBytes { get; init; } = 256 * 1024 * 1024;
}
