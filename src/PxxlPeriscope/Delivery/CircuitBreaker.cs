namespace PxxlPeriscope.Delivery;

/// <summary>
/// Stops calling Periscope while it is down, so that thousands of reports that can be queued do not each go through all retries. After a
/// few consecutive failures only one report per minute is sent; after an error that waiting cannot fix, such as a wrong key, none.
/// </summary>
internal sealed class CircuitBreaker(TimeProvider time)
{
    private const int FailureThreshold = 3;

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMinutes(1);

    private readonly object _lock = new();
    private int _failures;
    private DateTimeOffset _nextProbe;
    private ServiceException? _failure;

    /// <summary>Whether Periscope is considered to be down.</summary>
    internal bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return _failure is { IsPermanent: true } || _failures >= FailureThreshold;
            }
        }
    }

    /// <summary>Returns why a report must not be sent now, or null if it can be sent. That report is the probe of this minute.</summary>
    internal ServiceException? FindRejectionReason()
    {
        lock (_lock)
        {
            if (!IsOpen)
            {
                return null;
            }

            if (_failure!.IsPermanent || time.GetUtcNow() < _nextProbe)
            {
                return _failure;
            }

            _nextProbe = time.GetUtcNow() + ProbeInterval;
            return null;
        }
    }

    internal void RecordSuccess()
    {
        lock (_lock)
        {
            _failures = 0;
        }
    }

    internal void RecordFailure(ServiceException failure)
    {
        lock (_lock)
        {
            // A concurrent report that fails in another way does not make a wrong key valid.
            _failure = _failure is { IsPermanent: true } ? _failure : failure;
            _failures++;
            _nextProbe = time.GetUtcNow() + ProbeInterval;
        }
    }
}
