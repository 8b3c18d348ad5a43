namespace PxxlPeriscope.Sandbox;

/// <summary>The time inside the sandbox: the given time plus an offset that only <see cref="Advance"/> moves.</summary>
public sealed class SandboxClock
{
    private readonly TimeProvider _time;
    private long _offsetTicks;

    internal SandboxClock(TimeProvider time)
    {
        _time = time;
        Started = time.GetUtcNow();
    }

    /// <summary>When the sandbox started. The ages of seeded deployments count from here.</summary>
    public DateTimeOffset Started { get; }

    public DateTimeOffset UtcNow => _time.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    /// <summary>Moves the clock forward; deployments that are under way move through their states with it.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Interlocked.Add(ref _offsetTicks, by.Ticks);
    }
}
