namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// The files of an inbox that are to be handed on, each of them once at a time: an event that is sent again while the first one is worked on
/// is the same file, and waits for nobody. One that was released comes again after a while, and what is about the same deployment waits
/// behind it, so that its order is kept.
/// </summary>
internal sealed class InboxQueue(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    private readonly object _gate = new();
    private readonly Queue<string> _ready = new();
    private readonly SemaphoreSlim _arrivals = new(0);

    /// <summary>What is ready, handed on, or waiting to come again; not what is done.</summary>
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>For a deployment, the file that was released first, and then those that came behind it.</summary>
    private readonly Dictionary<string, Queue<string>> _waiting = new(StringComparer.Ordinal);
    private bool _isDisposed;

    /// <summary>How many files can be taken now.</summary>
    internal int ReadyCount => _arrivals.CurrentCount;

    /// <summary>Takes a file that is new. One that is known changes nothing.</summary>
    internal void Add(string path)
    {
        lock (_gate)
        {
            if (!_entries.ContainsKey(path))
            {
                _entries.Add(path, new Entry());
                Ready(path);
            }
        }
    }

    /// <summary>Takes files that are handed on without being asked for here.</summary>
    internal void AddHandedOn(IEnumerable<string> paths)
    {
        lock (_gate)
        {
            foreach (var path in paths)
            {
                _entries[path] = new Entry();
            }
        }
    }

    /// <summary>The next file.</summary>
    internal async Task<string> NextAsync(CancellationToken cancellationToken)
    {
        await _arrivals.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            return _ready.Dequeue();
        }
    }

    /// <summary>Whether a file was released before.</summary>
    internal bool IsRetry(string path)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(path, out var entry) && entry.Attempts > 0;
        }
    }

    /// <summary>Says which deployment a file is about.</summary>
    /// <returns>Whether it can be handed on now; false where an earlier one of its deployment has to come first, after which it comes by itself.</returns>
    internal bool TryHandOn(string path, string? deployment)
    {
        lock (_gate)
        {
            if (deployment is null || !_entries.TryGetValue(path, out var entry))
            {
                return true;
            }

            entry.Deployment = deployment;
            if (!_waiting.TryGetValue(deployment, out var waiting) || waiting.Peek() == path)
            {
                return true;
            }

            waiting.Enqueue(path);
            return false;
        }
    }

    /// <summary>A file that is dealt with. If it comes again, it is a new one.</summary>
    internal void Complete(string path)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(path, out var entry))
            {
                return;
            }

            _entries.Remove(path);
            if (entry.Deployment is { } deployment && _waiting.TryGetValue(deployment, out var waiting) && waiting.Peek() == path)
            {
                // All of them, in their order: the first that is released again makes the others wait again.
                _waiting.Remove(deployment);
                foreach (var next in waiting.Skip(1))
                {
                    Ready(next);
                }
            }
        }
    }

    /// <summary>A file that is not dealt with, and is to come again: after 5 seconds, then after twice as long each time, up to 5 minutes.</summary>
    internal void Retry(string path)
    {
        lock (_gate)
        {
            if (_isDisposed || !_entries.TryGetValue(path, out var entry) || entry.Timer is not null)
            {
                return;
            }

            var isFirst = true;
            if (entry.Deployment is { } deployment)
            {
                if (!_waiting.TryGetValue(deployment, out var waiting))
                {
                    _waiting.Add(deployment, waiting = new Queue<string>());
                }

                isFirst = waiting.Count == 0 || waiting.Peek() == path;
                if (!isFirst || waiting.Count == 0)
                {
                    waiting.Enqueue(path);
                }
            }

            var delay = TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks << Math.Min(entry.Attempts, 10)));
            entry.Attempts++;
            if (isFirst)
            {
                entry.Timer = time.CreateTimer(_ => ComeAgain(path), null, delay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Nothing comes again after this; it stays in its folder.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (var entry in _entries.Values)
            {
                entry.Timer?.Dispose();
            }
        }
    }

    private void ComeAgain(string path)
    {
        lock (_gate)
        {
            if (!_isDisposed && _entries.TryGetValue(path, out var entry) && entry.Timer is { } timer)
            {
                timer.Dispose();
                entry.Timer = null;
                Ready(path);
            }
        }
    }

    private void Ready(string path)
    {
        _ready.Enqueue(path);
        _arrivals.Release();
    }

    private sealed class Entry
    {
        public string? Deployment { get; set; }

        public int Attempts { get; set; }

        public ITimer? Timer { get; set; }
    }
}
