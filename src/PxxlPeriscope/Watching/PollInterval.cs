namespace PxxlPeriscope.Watching;

/// <summary>
/// The delay between polls: short at first, longer as long as nothing changes, never below the minimum for Pxxl, and with jitter, so that
/// many scripts do not poll at the same time. (docs/facts/pxxl-api.md.)
/// </summary>
internal sealed class PollInterval(Func<double> random)
{
    private const double Growth = 1.4;
    private const double Jitter = 0.2;

    internal static readonly TimeSpan Minimum = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan Maximum = TimeSpan.FromSeconds(30);

    private double _seconds = Minimum.TotalSeconds;

    internal PollInterval()
        : this(NextRandom) { }

    /// <summary>Returns the next delay.</summary>
    internal TimeSpan Next()
    {
        var delay = TimeSpan.FromSeconds(Math.Min(_seconds * (1 + (Jitter * random())), Maximum.TotalSeconds));
        _seconds = Math.Min(_seconds * Growth, Maximum.TotalSeconds);
        return delay;
    }

    /// <summary>Resets the delay after a change, because more changes are likely to follow soon.</summary>
    internal void Reset() => _seconds = Minimum.TotalSeconds;

#if NET
    private static double NextRandom() => Random.Shared.NextDouble();
#else
    private static readonly Random Source = new();

    private static double NextRandom()
    {
        lock (Source)
        {
            return Source.NextDouble();
        }
    }
#endif
}
