namespace PxxlPeriscope;

/// <summary>
/// Notices that Periscope is down, so that thousands of reports that can be kept do not each go through all retries first. After a few
/// failures in a row only one report a minute is tried; after an error that every call would meet, none.
/// </summary>
internal sealed class Outage(TimeProvider time)
{
    private const int FailuresInARow = 3;

    private static readonly TimeSpan BetweenTrials = TimeSpan.FromMinutes(1);

    private readonly object _changing = new();
    private int _failures;
    private DateTimeOffset _nextTrial;
    private ServiceException? _failure;

    /// <summary>Whether Periscope is taken to be down.</summary>
    internal bool IsOn
    {
        get
        {
            lock (_changing)
            {
                return _failure is { EndsTheCall: true } || _failures >= FailuresInARow;
            }
        }
    }

    /// <summary>Why a report is not to be tried now; null when it is. That one is the trial of this minute.</summary>
    internal ServiceException? ReasonNotToTry()
    {
        lock (_changing)
        {
            if (!IsOn)
            {
                return null;
            }

            if (_failure!.EndsTheCall || time.GetUtcNow() < _nextTrial)
            {
                return _failure;
            }

            _nextTrial = time.GetUtcNow() + BetweenTrials;
            return null;
        }
    }

    internal void Answered()
    {
        lock (_changing)
        {
            _failures = 0;
        }
    }

    internal void Failed(ServiceException failure)
    {
        lock (_changing)
        {
            _failure = failure;
            _failures++;
            _nextTrial = time.GetUtcNow() + BetweenTrials;
        }
    }
}
