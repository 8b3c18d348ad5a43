namespace PxxlPeriscope.Http;

/// <summary>
/// What one request is asked to wait, all of the connection wait: a service that limits calls means the caller, not the call.
/// </summary>
internal sealed class SharedRetryDelay(TimeProvider time)
{
    private long _until = DateTimeOffset.MinValue.UtcTicks;

    internal void Extend(TimeSpan delay)
    {
        var until = (time.GetUtcNow() + delay).UtcTicks;
        long current;
        while ((current = Interlocked.Read(ref _until)) < until && Interlocked.CompareExchange(ref _until, until, current) != current) { }
    }

    internal async Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan remaining;
        // Again after waiting: it may have been extended meanwhile.
        while ((remaining = TimeSpan.FromTicks(Interlocked.Read(ref _until) - time.GetUtcNow().UtcTicks)) > TimeSpan.Zero)
        {
#if NET
            await Task.Delay(remaining, time, cancellationToken).ConfigureAwait(false);
#else
            await time.Delay(remaining, cancellationToken).ConfigureAwait(false);
#endif
        }
    }
}
