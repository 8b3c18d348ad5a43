using System.Net;
using PxxlPeriscope.Http;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// Warns about refused requests: immediately for the first one, and then at most once a minute with the number since, because anyone can
/// send any number of requests. Stores one count per reason.
/// </summary>
internal sealed class RefusalLog(CallLog log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, long> _unreported = new(StringComparer.Ordinal);
    private long? _lastWarning;

    internal void Add(IPAddress? sender, string reason)
    {
        string? warning;
        lock (_unreported)
        {
            if (_lastWarning is { } last && time.GetElapsedTime(last) < Interval)
            {
                _unreported[reason] = _unreported.TryGetValue(reason, out var count) ? count + 1 : 1;
                return;
            }

            warning = $"A webhook from {sender?.ToString() ?? "an unknown sender"} was refused: {reason}.{TakeSummary()}";
            _lastWarning = time.GetTimestamp();
        }

        log.Warning?.Invoke(warning);
    }

    /// <summary>Warns about refusals since the last warning.</summary>
    internal void Flush()
    {
        string summary;
        lock (_unreported)
        {
            summary = TakeSummary().TrimStart();
        }

        if (summary.Length > 0)
        {
            log.Warning?.Invoke(summary);
        }
    }

    private string TakeSummary()
    {
        if (_unreported.Count == 0)
        {
            return string.Empty;
        }

        var summary =
            " Refused since the last warning: "
            + string.Join(", ", _unreported.OrderByDescending(each => each.Value).Select(each => $"{each.Value} x {each.Key}"))
            + ".";
        _unreported.Clear();
        return summary;
    }
}
