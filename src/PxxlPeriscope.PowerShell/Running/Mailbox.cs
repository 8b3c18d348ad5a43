namespace PxxlPeriscope.PowerShell.Running;

/// <summary>
/// Carries what tasks have to say to the pipeline thread, the only one that may write. It stays small: a cmdlet has a page or a
/// few reports under way at most, and takes what is in it whenever it waits.
/// </summary>
internal sealed class Mailbox
{
    private static readonly TimeSpan BetweenIdles = TimeSpan.FromMilliseconds(500);

    private readonly Queue<Action> _letters = new();
    private int _count;

    internal void Post(Action letter)
    {
        lock (_letters)
        {
            _letters.Enqueue(letter);
            _count++;
            Monitor.Pulse(_letters);
        }
    }

    /// <summary>On the pipeline thread: delivers what is there. Cheap when nothing is.</summary>
    internal void DeliverReady()
    {
        if (Volatile.Read(ref _count) > 0)
        {
            DeliverUntil(Task.CompletedTask);
        }
    }

    /// <summary>On the pipeline thread: delivers what comes until the task has ended.</summary>
    /// <param name="task">The task.</param>
    /// <param name="idle">Called after each letter, and again and again while none comes; null for nothing.</param>
    internal void DeliverUntil(Task task, Action? idle = null)
    {
        if (!task.IsCompleted)
        {
            // An empty letter wakes the wait when there is nothing else to say.
            task.GetAwaiter().OnCompleted(() => Post(() => { }));
        }

        while (Next(task, idle) is { } letter)
        {
            letter();
            if (letter != idle)
            {
                // Letters may come so often that nothing is ever idle.
                idle?.Invoke();
            }
        }
    }

    private Action? Next(Task task, Action? idle)
    {
        lock (_letters)
        {
            while (_letters.Count == 0)
            {
                if (task.IsCompleted)
                {
                    return null;
                }

                if (idle is null)
                {
                    Monitor.Wait(_letters);
                }
                else if (!Monitor.Wait(_letters, BetweenIdles))
                {
                    // As a letter, so that it is not called while others are kept from posting.
                    return idle;
                }
            }

            _count--;
            return _letters.Dequeue();
        }
    }
}
