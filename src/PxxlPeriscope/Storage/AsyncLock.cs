namespace PxxlPeriscope.Storage;

/// <summary>Lets one task of this process at a time go on. A free lock is acquired also when that is cancelled; only waiting ends then.</summary>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle nobody asks for holds nothing that has to be freed.
internal sealed class AsyncLock
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _free = new(1);

    /// <summary>Waits for the lock; disposing the result frees it.</summary>
    internal async Task<IDisposable> AcquireAsync(CancellationToken cancellationToken)
    {
        if (!_free.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return new Held(_free);
    }

    private sealed class Held(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
