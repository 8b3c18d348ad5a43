namespace PxxlPeriscope.Storage;

/// <summary>
/// Runs work that waits for the disk on threads of its own: file systems write many flushes at once in little more time than one, and the
/// pool has a thread for each processor, on which everything else has to go on. The threads end when there is nothing to do for a while.
/// </summary>
/// <param name="maximum">How many threads there are at the most.</param>
internal sealed class BlockingWorkers(int maximum)
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly Queue<Action> _queue = new();
    private int _threads;
    private int _idle;

    /// <summary>Done when the work is, with its result or its exception.</summary>
    internal Task<T> RunAsync<T>(Func<T> work)
    {
        // What goes on afterwards goes on in the pool.
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(() =>
        {
            try
            {
                done.SetResult(work());
            }
#pragma warning disable CA1031 // Whoever waits gets it.
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

    /// <summary>Null when the thread is not needed any more.</summary>
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
