namespace PxxlPeriscope.Storage;

/// <summary>
/// Shares flushes of a folder between tasks. A request during a flush waits for the next one, because the current one may already have
/// passed its name; the next one serves all such requests.
/// </summary>
internal sealed class SharedFolderFlush(string folder)
{
    private readonly object _gate = new();
    private readonly BlockingWorkers _worker = new(maximum: 1);
    private Task _current = Task.CompletedTask;
    private Task? _next;

    /// <summary>Returns a task that completes once every current name in the folder is on the disk.</summary>
    /// <exception cref="IOException">The disk reports an error.</exception>
    internal Task FlushAsync()
    {
        lock (_gate)
        {
            return _next ??= FlushAfterAsync(_current);
        }
    }

    private async Task FlushAfterAsync(Task previous)
    {
        // Not on this thread, which holds the lock.
        await Task.Yield();
        // The callers that waited for the previous flush received its error.
        await previous
            .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)
            .ConfigureAwait(false);
        await _worker
            .RunAsync(() =>
            {
                lock (_gate)
                {
                    _current = _next!;
                    _next = null;
                }

                return DurableFile.FlushFolder(folder);
            })
            .ConfigureAwait(false);
    }
}
