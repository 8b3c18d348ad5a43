namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>Sends nothing until the client disconnects or the sandbox stops.</summary>
internal sealed class ResponseStall(CancellationToken stopping)
{
    private int _count;

    /// <summary>The number of requests that are currently stalled.</summary>
    public int Count => Volatile.Read(ref _count);

    public async Task WaitForAbortAsync(HttpContext context)
    {
        Interlocked.Increment(ref _count);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _count);
    }
}
