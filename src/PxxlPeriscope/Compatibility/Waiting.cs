namespace PxxlPeriscope;

/// <summary>Waiting by a clock that a test can move.</summary>
internal static class Waiting
{
#if NET
    internal static Task Delay(this TimeProvider time, TimeSpan span, CancellationToken cancellationToken) => Task.Delay(span, time, cancellationToken);
#else
    internal static Task Delay(this TimeProvider time, TimeSpan span, CancellationToken cancellationToken) =>
        TimeProviderTaskExtensions.Delay(time, span, cancellationToken);
#endif
}
