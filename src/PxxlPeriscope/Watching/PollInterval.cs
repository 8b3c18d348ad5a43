namespace PxxlPeriscope.Watching;

/// <summary>
/// How long to wait before looking again: short at first, longer the longer nothing happens, never shorter than Pxxl is to be asked, and never
/// quite the same, so that many waiting scripts do not ask at one moment. (docs/facts/pxxl-api.md.)
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

    /// <summary>The next wait.</summary>
    internal TimeSpan Next()
    {
        var delay = TimeSpan.FromSeconds(Math.Min(_seconds * (1 + (Jitter * random())), Maximum.TotalSeconds));
        _seconds = Math.Min(_seconds * Growth, Maximum.TotalSeconds);
        return delay;
    }

    /// <summary>Something has happened, and more will soon.</summary>
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
