namespace PxxlPeriscope.Http;

/// <summary>
/// When one request is asked to wait, all requests of the connection wait, because a rate limit applies to the caller and not to a single
/// request.
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
        // Checked again after waiting, because the delay may have been extended meanwhile.
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
