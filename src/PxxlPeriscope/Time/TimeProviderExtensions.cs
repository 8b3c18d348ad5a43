namespace PxxlPeriscope.Time;

/// <summary>Waiting by a clock that tests can replace, in the form that each target has it.</summary>
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
