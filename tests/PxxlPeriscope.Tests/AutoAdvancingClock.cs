namespace PxxlPeriscope.Tests;

/// <summary>
/// A clock on which waiting takes no time. A wait of <see cref="MaxWait"/> or less completes immediately and advances the clock by its
/// duration. Longer timers are time limits, which elapse only when the clock has been advanced that far, by waits or by
/// <see cref="Advance"/>. Retries are therefore instant, and no attempt in flight times out by accident.
/// </summary>
internal sealed class AutoAdvancingClock : TimeProvider
{
    public static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(10);

    private readonly object _lock = new();
    private readonly HashSet<Timer> _timers = [];
    private readonly List<TimeSpan> _delays = [];
    private DateTimeOffset _now = new(2026, 3, 14, 9, 26, 53, 589, TimeSpan.Zero);

    /// <summary>The durations of all waits, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_lock)
            {
                return [.. _delays];
            }
        }
    }

    /// <summary>Whether waits last until <see cref="Advance"/> is called, as with an ordinary fake clock.</summary>
    public bool IsHeld { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Advances the clock and fires the timers that are due.</summary>
    public void Advance(TimeSpan by) => AdvanceTo(GetUtcNow() + by);

    private void AdvanceTo(DateTimeOffset timestamp)
    {
        Timer[] due;
        lock (_lock)
        {
            _now = timestamp > _now ? timestamp : _now;
            due = [.. _timers.Where(timer => timer.DueAt <= _now).OrderBy(timer => timer.DueAt)];
            _timers.ExceptWith(due);
        }

        foreach (var timer in due)
        {
            timer.Fire();
        }
    }

    private void Set(Timer timer, TimeSpan dueTime)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            timer.DueAt = _now + dueTime;
            _timers.Add(timer);
            if (dueTime > MaxWait)
            {
                return;
            }

            _delays.Add(dueTime);
        }

        if (!IsHeld)
        {
            // Not on this thread, because the creator of a timer does not expect it to fire before it is assigned.
            ThreadPool.QueueUserWorkItem(_ => AdvanceTo(timer.DueAt));
        }
    }

    private void Forget(Timer timer)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
        }
    }

    private sealed class Timer(AutoAdvancingClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset DueAt { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero)
            {
                throw new NotSupportedException("Periodic timers are not supported.");
            }

            clock.Set(this, dueTime);
            return true;
        }

        public void Dispose() => clock.Forget(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
