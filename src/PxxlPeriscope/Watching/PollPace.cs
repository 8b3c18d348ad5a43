namespace PxxlPeriscope;

/// <summary>
/// How long to wait before looking again: short at first, longer the longer nothing happens, never shorter than Pxxl is to be asked, and never
/// quite the same, so that many waiting scripts do not ask at one moment. (Fact sheet Pxxl, section (g): no faster than every 5 to 10 seconds.)
/// </summary>
internal sealed class PollPace(Func<double> random)
{
    private const double Growth = 1.4;
    private const double Jitter = 0.2;

    internal static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private double _seconds = Shortest.TotalSeconds;

    internal PollPace()
        : this(NextRandom)
    {
    }

    /// <summary>The next wait.</summary>
    internal TimeSpan Next()
    {
        var wait = TimeSpan.FromSeconds(Math.Min(_seconds * (1 + (Jitter * random())), Longest.TotalSeconds));
        _seconds = Math.Min(_seconds * Growth, Longest.TotalSeconds);
        return wait;
    }

    /// <summary>Something has happened, and more will soon.</summary>
    internal void Hurry() => _seconds = Shortest.TotalSeconds;

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
