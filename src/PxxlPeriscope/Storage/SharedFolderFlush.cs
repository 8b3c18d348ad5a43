namespace PxxlPeriscope.Storage;

/// <summary>
/// Flushes the names in a folder for several tasks at once. Who comes while a flush is under way waits for the next one, since the present
/// one may have passed its name already; and the next one serves all who came meanwhile.
/// </summary>
internal sealed class SharedFolderFlush(string folder)
{
    private readonly object _gate = new();
    private readonly BlockingWorkers _worker = new(maximum: 1);
    private Task _current = Task.CompletedTask;
    private Task? _next;

    /// <summary>Done when every name that the folder has now is on the disk.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    internal Task FlushAsync()
    {
        lock (_gate)
        {
            return _next ??= FlushAfterAsync(_current);
        }
    }

    private async Task FlushAfterAsync(Task previous)
    {
        // Off this thread, which holds the lock.
        await Task.Yield();
        // Its failure was told to those who waited for it.
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
