namespace PxxlPeriscope.Storage;

/// <summary>
/// A lock for asynchronous code within this process. A free lock is acquired even if the token is canceled; cancellation only ends the
/// wait.
/// </summary>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle is never used holds no resources that need to be disposed.
internal sealed class AsyncLock
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _free = new(1);

    /// <summary>Acquires the lock. Disposing the result releases it.</summary>
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
