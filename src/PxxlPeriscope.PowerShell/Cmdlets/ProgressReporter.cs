using System.Globalization;
using System.Management.Automation;
using PxxlPeriscope.PowerShell.Session;
using PxxlPeriscope.PowerShell.Views;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Shows a progress bar for an operation that takes longer than two seconds, in interactive hosts only.</summary>
internal sealed class ProgressReporter(Cmdlet cmdlet, string host, string activity)
{
    private static readonly TimeSpan InitialDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UpdateInterval = TimeSpan.FromMilliseconds(200);
    private static int LastId;

    private readonly int _id = 0x5058 + (Interlocked.Increment(ref LastId) & 0xFFFF);
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private TimeSpan? _shownAt;

    /// <summary>Whether the host is interactive, so that a progress bar would be seen.</summary>
    internal bool IsInteractive { get; } = InteractiveHost.IsInteractive(host);

    /// <summary>Whether an update is due. Cheap enough to call for each row.</summary>
    internal bool IsDue => IsInteractive && Elapsed is var now && now >= InitialDelay && !(now - _shownAt < UpdateInterval);

    /// <summary>The time since the operation started.</summary>
    internal TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    /// <param name="status">Creates the status text; called only when it is shown.</param>
    /// <param name="done">The number of processed items.</param>
    /// <param name="total">The total number of items; null if unknown.</param>
    internal void Show(Func<string> status, long done = 0, long? total = null)
    {
        if (IsDue)
        {
            _shownAt = Elapsed;
            cmdlet.WriteProgress(
                new ProgressRecord(_id, activity, status())
                {
                    PercentComplete = total > 0 ? (int)Math.Min(100, 100 * done / total.Value) : -1,
                }
            );
        }
    }

    /// <summary>Shows the number of items so far.</summary>
    /// <param name="done">The number of processed items.</param>
    /// <param name="total">The total number of items; null if unknown.</param>
    /// <param name="noun">The plural name of the items.</param>
    /// <param name="waiting">The status shown before the first item arrives.</param>
    internal void ShowCount(long done, long? total, string noun, string waiting = "Waiting for the service") =>
        Show(
            () =>
                done == 0
                    ? $"{waiting}, {DeploymentView.Duration(Elapsed)}"
                    : FormatCount(done, total, noun) + (total is null ? $", {DeploymentView.Duration(Elapsed)}" : string.Empty),
            done,
            total
        );

    /// <summary>Removes the progress bar, even while the pipeline is stopping.</summary>
    internal void Complete()
    {
        if (_shownAt is null)
        {
            return;
        }

        _shownAt = null;
        try
        {
            cmdlet.WriteProgress(new ProgressRecord(_id, activity, "-") { RecordType = ProgressRecordType.Completed });
        }
        catch (PipelineStoppedException)
        {
            // The host then removes the progress bar.
        }
    }

    /// <summary>Formats a count as <c>1,234 of 5,000 reports</c>, or without the total.</summary>
    internal static string FormatCount(long done, long? total, string noun) =>
        total is { } all
            ? string.Format(CultureInfo.InvariantCulture, "{0:N0} of {1:N0} {2}", done, all, noun)
            : string.Format(CultureInfo.InvariantCulture, "{0:N0} {1}", done, noun);
}
