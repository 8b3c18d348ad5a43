using PxxlPeriscope.Delivery;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>The warnings of a delivery beyond its receipts and errors, each shown once.</summary>
/// <param name="warn">Writes a warning.</param>
internal sealed class DeliveryWarnings(Action<string> warn)
{
    private readonly List<int> _rejectedLines = [];
    private bool _hasWarnedOfPullRequests;
    private int _queued;
    private int _rejected;

    /// <summary>The number of reports.</summary>
    internal int Count { get; private set; }

    internal void Add(SendOutcome outcome, string? outbox)
    {
        Count++;
        if (outcome.Receipt is { HasNoLinkedPullRequests: true } receipt && !_hasWarnedOfPullRequests)
        {
            _hasWarnedOfPullRequests = true;
            warn(
                $"Periscope linked no pull request to {receipt.DeploymentId}, so the deployment has no lead time: its commit is not the "
                    + "merge commit of a pull request that Periscope knows. Possible causes: a different commit was reported, "
                    + "the repository is not monitored (Settings > Repositories), or the pull request was merged before GitHub "
                    + "was connected. This warning is shown once; check LinkedPullRequests of each receipt."
            );
        }

        if (outcome is { Receipt.Action: ReceiptAction.Queued, Failure: { } reason } && ++_queued == 1)
        {
            warn(
                $"The report {outcome.Report.DeploymentId} could not be delivered and is queued in the outbox '{outbox}'. {reason.Message} "
                    + "Run Send-PeriscopeOutboxItem to deliver it. This warning is shown once."
            );
        }
    }

    /// <summary>Counts a report that is invalid or that Periscope rejected.</summary>
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
            warn($"{_queued} of {Count} reports are queued in the outbox '{outbox}'. Run Send-PeriscopeOutboxItem to deliver them.");
        }

        if (_rejectedLines.Count > 0)
        {
            var lines = _rejectedLines.Count == 1 ? "line" : "lines";
            warn(
                $"{_rejected} of {Count} reports were rejected and are not in Periscope: {lines} {LineNumbers.Format(_rejectedLines)}. "
                    + "An error for each of them contains the reasons."
            );
        }
    }
}
