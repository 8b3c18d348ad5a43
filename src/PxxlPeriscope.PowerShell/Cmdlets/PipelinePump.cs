namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>
/// Passes actions from tasks to the pipeline thread, the only thread that may write. The queue stays short: a cmdlet has at most a
/// page or a few reports in flight, and empties the queue whenever it waits.
/// </summary>
internal sealed class PipelinePump
{
    private static readonly TimeSpan IdleInterval = TimeSpan.FromMilliseconds(500);

    private readonly Queue<Action> _actions = new();
    private int _count;

    internal void Post(Action action)
    {
        lock (_actions)
        {
            _actions.Enqueue(action);
            _count++;
            Monitor.Pulse(_actions);
        }
    }

    /// <summary>Runs the queued actions on the pipeline thread. Cheap when the queue is empty.</summary>
    internal void RunReady()
    {
        if (Volatile.Read(ref _count) > 0)
        {
            RunUntil(Task.CompletedTask);
        }
    }

    /// <summary>Runs actions on the pipeline thread as they arrive, until the task completes.</summary>
    /// <param name="task">The task to wait for.</param>
    /// <param name="idle">Called after each action, and repeatedly while none arrives; null for none.</param>
    internal void RunUntil(Task task, Action? idle = null)
    {
        if (!task.IsCompleted)
        {
            // An empty action wakes the wait.
            task.GetAwaiter().OnCompleted(() => Post(() => { }));
        }

        while (DequeueOrWait(task, idle) is { } action)
        {
            action();
            if (action != idle)
            {
                // Actions may arrive so often that the wait never times out.
                idle?.Invoke();
            }
        }
    }

    private Action? DequeueOrWait(Task task, Action? idle)
    {
        lock (_actions)
        {
            while (_actions.Count == 0)
            {
                if (task.IsCompleted)
                {
                    return null;
                }

                if (idle is null)
                {
                    Monitor.Wait(_actions);
                }
                else if (!Monitor.Wait(_actions, IdleInterval))
                {
                    // Returned as an action, so that it does not run inside the lock and block posting.
                    return idle;
                }
            }

            _count--;
            return _actions.Dequeue();
        }
    }
}
