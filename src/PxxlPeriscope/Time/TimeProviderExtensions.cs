namespace PxxlPeriscope.Time;

/// <summary>Delays that use a replaceable clock, on all target frameworks.</summary>
internal static class TimeProviderExtensions
{
    internal static Task DelayAsync(this TimeProvider time, TimeSpan wait, CancellationToken cancellationToken)
    {
#if NET
        return Task.Delay(wait, time, cancellationToken);
#else
        return time.Delay(wait, cancellationToken);
#endif
    }
}
