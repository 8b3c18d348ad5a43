namespace PxxlPeriscope.Http;

/// <summary>
/// What one request is asked to wait, all of the connection wait: a service that limits calls means the caller, not the call.
/// </summary>
internal sealed class SharedPause(TimeProvider time)
{
    private long _until = DateTimeOffset.MinValue.UtcTicks;

    internal void Extend(TimeSpan wait)
    {
        var until = (time.GetUtcNow() + wait).UtcTicks;
        long current;
        while ((current = Interlocked.Read(ref _until)) < until && Interlocked.CompareExchange(ref _until, until, current) != current)
        {
        }
    }

    internal async Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan left;
        // Again after waiting: it may have been extended meanwhile.
        while ((left = TimeSpan.FromTicks(Interlocked.Read(ref _until) - time.GetUtcNow().UtcTicks)) > TimeSpan.Zero)
        {
#if NET
            await Task.Delay(left, time, cancellationToken).ConfigureAwait(false);
#else
            await time.Delay(left, cancellationToken).ConfigureAwait(false);
#endif
        }
    }
}
