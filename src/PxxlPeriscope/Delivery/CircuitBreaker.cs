namespace PxxlPeriscope.Delivery;

/// <summary>
/// Notices that Periscope is down, so that thousands of reports that can be kept do not each go through all retries first. After a few
/// failures in a row only one report a minute is tried; after an error that no waiting can mend, such as a wrong key, none.
/// </summary>
internal sealed class CircuitBreaker(TimeProvider time)
{
    private const int FailureThreshold = 3;

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMinutes(1);

    private readonly object _lock = new();
    private int _failures;
    private DateTimeOffset _nextProbe;
    private ServiceException? _failure;

    /// <summary>Whether Periscope is taken to be down.</summary>
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

    /// <summary>Why a report is not to be tried now; null when it is. That one is the trial of this minute.</summary>
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
            // A report that was under way meanwhile and failed in another way does not make a wrong key right.
            _failure = _failure is { IsPermanent: true } ? _failure : failure;
            _failures++;
            _nextProbe = time.GetUtcNow() + ProbeInterval;
        }
    }
}
