using PxxlPeriscope.Delivery;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>What a user is to be told of a delivery beyond its receipts and errors, each thing once.</summary>
/// <param name="warn">Writes a warning.</param>
internal sealed class DeliveryWarnings(Action<string> warn)
{
    private readonly List<int> _rejectedLines = [];
    private bool _hasWarnedOfPullRequests;
    private int _queued;
    private int _rejected;

    /// <summary>How many reports there were.</summary>
    internal int Count { get; private set; }

    internal void Add(SendOutcome outcome, string? outbox)
    {
        Count++;
        if (outcome.Receipt is { HasNoLinkedPullRequests: true } receipt && !_hasWarnedOfPullRequests)
        {
            _hasWarnedOfPullRequests = true;
            warn(
                $"Periscope linked no pull request to {receipt.DeploymentId}, so it has no lead time: its commit is the merge commit of none "
                    + "that Periscope knows. Is it another commit, is the repository not monitored (Settings > Repositories), or was the pull request "
                    + "merged before GitHub was connected? This is said once; LinkedPullRequests tells it for each."
            );
        }

        if (outcome is { Receipt.Action: ReceiptAction.Queued, Failure: { } reason } && ++_queued == 1)
        {
            warn(
                $"The report {outcome.Report.DeploymentId} could not be delivered and is kept in the outbox '{outbox}'. {reason.Message} Send-PeriscopeOutboxItem delivers it. This is said once."
            );
        }
    }

    /// <summary>Notes a report that is wrong, or that Periscope does not want.</summary>
    internal void AddRejected(DeploymentReport report, bool isCounted)
    {
        Count += isCounted ? 0 : 1;
        _rejected++;
        if (report.Line is { } line)
        {
            _rejectedLines.Add(line);
        }
    }

    internal void Complete(string? outbox)
    {
        if (_queued > 1)
        {
            warn($"{_queued} of {Count} reports wait in the outbox '{outbox}'. Send-PeriscopeOutboxItem delivers them.");
        }

        if (_rejectedLines.Count > 0)
        {
            warn(
                $"{_rejected} of {Count} reports were refused and are not at Periscope: {(_rejectedLines.Count == 1 ? "line" : "lines")} {LineNumbers.Format(_rejectedLines)}. Each has an error with its reasons."
            );
        }
    }
}
