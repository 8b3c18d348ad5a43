namespace PxxlPeriscope.Storage;

/// <summary>
/// Runs blocking disk operations on dedicated threads. File systems complete many concurrent flushes in little more time than one, but
/// the thread pool has only one thread per processor, which all other work needs. Idle threads end after a while.
/// </summary>
/// <param name="maximum">The maximum number of threads.</param>
internal sealed class BlockingWorkers(int maximum)
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly Queue<Action> _queue = new();
    private int _threads;
    private int _idle;

    /// <summary>Returns a task that completes with the result or the exception of the work.</summary>
    internal Task<T> RunAsync<T>(Func<T> work)
    {
        // Continuations run in the thread pool.
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(() =>
        {
            try
            {
                done.SetResult(work());
            }
#pragma warning disable CA1031 // The exception is passed to the awaiting caller.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    private void Enqueue(Action work)
    {
        lock (_gate)
        {
            _queue.Enqueue(work);
            if (_queue.Count <= _idle || _threads == maximum)
            {
                Monitor.Pulse(_gate);
                return;
            }

            _threads++;
        }

        new Thread(Work) { IsBackground = true, Name = "PxxlPeriscope disk" }.Start();
    }

    private void Work()
    {
        while (TakeNext() is { } work)
        {
            work();
        }
    }

    /// <summary>Returns the next work item; null if the thread is no longer needed.</summary>
    private Action? TakeNext()
    {
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                _idle++;
                var isWoken = Monitor.Wait(_gate, Linger);
                _idle--;
                if (!isWoken && _queue.Count == 0)
                {
                    _threads--;
                    return null;
                }
            }

            return _queue.Dequeue();
        }
    }
}
