namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// The files of an inbox that are ready to be delivered, each at most once at a time: the same event received again during its processing
/// is the same file and is not queued again. A released file is delivered again after a delay. Later files of the same deployment wait
/// for it, so that their order is preserved.
/// </summary>
internal sealed class InboxQueue(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    private readonly object _gate = new();
    private readonly Queue<string> _ready = new();
    private readonly SemaphoreSlim _arrivals = new(0);

    /// <summary>The files that are ready, delivered or waiting for another delivery, but not completed ones.</summary>
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>For each deployment, the file that was released first, followed by the files that wait for it.</summary>
    private readonly Dictionary<string, Queue<string>> _waiting = new(StringComparer.Ordinal);
    private bool _isDisposed;

    /// <summary>The number of files that can be taken now.</summary>
    internal int ReadyCount => _arrivals.CurrentCount;

    /// <summary>Adds a file, unless it is already known.</summary>
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

    /// <summary>Adds files that the caller delivers itself.</summary>
    internal void AddDelivered(IEnumerable<string> paths)
    {
        lock (_gate)
        {
            foreach (var path in paths)
            {
                _entries[path] = new Entry();
            }
        }
    }

    /// <summary>Returns the next file.</summary>
    internal async Task<string> NextAsync(CancellationToken cancellationToken)
    {
        await _arrivals.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            return _ready.Dequeue();
        }
    }

    /// <summary>Whether the file was released before.</summary>
    internal bool IsRetry(string path)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(path, out var entry) && entry.Attempts > 0;
        }
    }

    /// <summary>Sets the deployment of a file.</summary>
    /// <returns>Whether the file can be delivered now; false if an earlier file of its deployment is due first, after which this one
    /// becomes ready.</returns>
    internal bool TryDeliver(string path, string? deployment)
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

    /// <summary>Completes a file. If it is added again, it is a new one.</summary>
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
                // All of them, in order: the first one that is released again makes the others wait again.
                _waiting.Remove(deployment);
                foreach (var next in waiting.Skip(1))
                {
                    Ready(next);
                }
            }
        }
    }

    /// <summary>
    /// Schedules a file that was not processed for another delivery, after 5 seconds and then twice as long each time, up to 5 minutes.
    /// </summary>
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
                entry.Timer = time.CreateTimer(_ => MakeReadyAgain(path), null, delay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Stops further deliveries. The files stay in their folder.</summary>
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

    private void MakeReadyAgain(string path)
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
