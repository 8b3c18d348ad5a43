namespace PxxlPeriscope.Sandbox;

/// <summary>The time in the sandbox: the time of the given provider plus an offset that <see cref="Advance"/> increases.</summary>
public sealed class SandboxClock
{
    private readonly TimeProvider _time;
    private long _offsetTicks;

    internal SandboxClock(TimeProvider time)
    {
        _time = time;
        Started = time.GetUtcNow();
    }

    /// <summary>The start time of the sandbox. The ages of seeded deployments are relative to it.</summary>
    public DateTimeOffset Started { get; }

    public DateTimeOffset UtcNow => _time.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    /// <summary>Advances the clock. Deployments in progress move through their states with it.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Interlocked.Add(ref _offsetTicks, by.Ticks);
    }
}
