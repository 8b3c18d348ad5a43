namespace PxxlPeriscope.Sandbox;

/// <summary>Says nothing until the client has gone away or the sandbox stops.</summary>
internal sealed class Stall(CancellationToken stopping)
{
    private int _count;

    /// <summary>How many requests stall at this moment.</summary>
    public int Count => Volatile.Read(ref _count);

    public async Task UntilGoneAsync(HttpContext context)
    {
        Interlocked.Increment(ref _count);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _count);
    }
}
