using System.Globalization;
using System.Management.Automation;
using PxxlPeriscope.PowerShell.Session;
using PxxlPeriscope.PowerShell.Views;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Shows how far something is once it has taken two seconds, where somebody is watching.</summary>
internal sealed class ProgressReporter(Cmdlet cmdlet, string host, string activity)
{
    private static readonly TimeSpan InitialDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UpdateInterval = TimeSpan.FromMilliseconds(200);
    private static int LastId;

    private readonly int _id = 0x5058 + (Interlocked.Increment(ref LastId) & 0xFFFF);
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private TimeSpan? _shownAt;

    /// <summary>Whether anybody would see it.</summary>
    internal bool IsInteractive { get; } = InteractiveHost.IsInteractive(host);

    /// <summary>Whether it is time to say something; cheap to ask for each row.</summary>
    internal bool IsDue => IsInteractive && Elapsed is var now && now >= InitialDelay && !(now - _shownAt < UpdateInterval);

    /// <summary>Since when it goes on.</summary>
    internal TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    /// <param name="status">What there is to say; made only when it is shown.</param>
    /// <param name="done">How much is done.</param>
    /// <param name="total">How much there is; null when nobody knows.</param>
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

    /// <summary>Shows how many there are so far.</summary>
    /// <param name="done">How many.</param>
    /// <param name="total">How many there will be; null when nobody knows.</param>
    /// <param name="noun">What they are.</param>
    /// <param name="waiting">What is waited for while there is none.</param>
    internal void ShowCount(long done, long? total, string noun, string waiting = "Waiting for the service") =>
        Show(
            () =>
                done == 0
                    ? $"{waiting}, {DeploymentView.Duration(Elapsed)}"
                    : FormatCount(done, total, noun) + (total is null ? $", {DeploymentView.Duration(Elapsed)}" : string.Empty),
            done,
            total
        );

    /// <summary>Takes it away, also when the pipeline is being stopped.</summary>
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
            // Then the host takes it away.
        }
    }

    /// <summary><c>1,234 of 5,000 reports</c>, or without the total.</summary>
    internal static string FormatCount(long done, long? total, string noun) =>
        total is { } all
            ? string.Format(CultureInfo.InvariantCulture, "{0:N0} of {1:N0} {2}", done, all, noun)
            : string.Format(CultureInfo.InvariantCulture, "{0:N0} {1}", done, noun);
}
