namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>
/// Carries what tasks have to say to the pipeline thread, the only one that may write. It stays small: a cmdlet has a page or a
/// few reports under way at most, and takes what is in it whenever it waits.
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

    /// <summary>On the pipeline thread: delivers what is there. Cheap when nothing is.</summary>
    internal void RunReady()
    {
        if (Volatile.Read(ref _count) > 0)
        {
            RunUntil(Task.CompletedTask);
        }
    }

    /// <summary>On the pipeline thread: delivers what comes until the task has ended.</summary>
    /// <param name="task">The task.</param>
    /// <param name="idle">Called after each letter, and again and again while none comes; null for nothing.</param>
    internal void RunUntil(Task task, Action? idle = null)
    {
        if (!task.IsCompleted)
        {
            // An empty letter wakes the wait when there is nothing else to say.
            task.GetAwaiter().OnCompleted(() => Post(() => { }));
        }

        while (DequeueOrWait(task, idle) is { } action)
        {
            action();
            if (action != idle)
            {
                // Letters may come so often that nothing is ever idle.
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
                    // As a letter, so that it is not called while others are kept from posting.
                    return idle;
                }
            }

            _count--;
            return _actions.Dequeue();
        }
    }
}
