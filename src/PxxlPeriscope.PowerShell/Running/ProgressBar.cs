using System.Globalization;
using System.Management.Automation;
using PxxlPeriscope.PowerShell.Session;

namespace PxxlPeriscope.PowerShell.Running;

/// <summary>Shows how far something is once it has taken two seconds, where somebody is watching.</summary>
internal sealed class ProgressBar(Cmdlet cmdlet, string host, string activity)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromMilliseconds(200);
    private static int LastId;

    private readonly int _id = 0x5058 + (Interlocked.Increment(ref LastId) & 0xFFFF);
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private TimeSpan? _shownAt;

    /// <summary>Whether anybody would see it.</summary>
    internal bool IsWatched { get; } = InteractiveHost.Is(host);

    /// <summary>Since when it goes on.</summary>
    internal TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    /// <param name="status">What there is to say; made only when it is shown.</param>
    /// <param name="done">How much is done.</param>
    /// <param name="total">How much there is; null when nobody knows.</param>
    internal void Show(Func<string> status, long done = 0, long? total = null)
    {
        var now = IsWatched ? Elapsed : default;
        if (now < Patience || now - _shownAt < BetweenChanges)
        {
            return;
        }

        _shownAt = now;
        cmdlet.WriteProgress(new ProgressRecord(_id, activity, status()) { PercentComplete = total > 0 ? (int)Math.Min(100, 100 * done / total.Value) : -1 });
    }

    /// <summary>Takes it away.</summary>
    internal void End()
    {
        if (_shownAt is not null)
        {
            cmdlet.WriteProgress(new ProgressRecord(_id, activity, "-") { RecordType = ProgressRecordType.Completed });
        }
    }

    /// <summary><c>1,234 of 5,000 reports</c>, or without the total.</summary>
    internal static string Count(long done, long? total, string noun) => total is { } all
        ? string.Format(CultureInfo.InvariantCulture, "{0:N0} of {1:N0} {2}", done, all, noun)
        : string.Format(CultureInfo.InvariantCulture, "{0:N0} {1}", done, noun);
}
