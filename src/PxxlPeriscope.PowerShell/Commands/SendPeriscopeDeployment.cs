using System.Management.Automation;
using PxxlPeriscope.PowerShell.Running;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Sends reports to Periscope and gives a receipt for each that was accepted.</summary>
[Cmdlet(VerbsCommunications.Send, "PeriscopeDeployment", DefaultParameterSetName = ReportSet, SupportsShouldProcess = true)]
[OutputType(typeof(Receipt))]
public sealed class SendPeriscopeDeployment : ReportCmdlet
{
    private const string Refused = "refused";

    private ReportSender? _sender;
    private bool _hasWarned;

    /// <summary>Reports, from New-PeriscopeDeployment or ConvertTo-PeriscopeDeployment.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ReportSet)]
    [ValidateNotNull]
    public DeploymentReport[] Report { get; set; } = [];

    /// <summary>How many reports are under way at once. Those of one deployment always go one after the other.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; } = 4;

    /// <summary>A connection of Connect-Periscope, instead of the session's or the environment's.</summary>
    [Parameter]
    [ValidateNotNull]
    public PeriscopeConnection? Connection { get; set; }

    private protected override IEnumerable<DeploymentReport> Given => Report;

    private protected override void ProcessReport(DeploymentReport report, KeptEvent? kept)
    {
        // From here on the event is this cmdlet's: it stays in its inbox until Periscope has the report.
        kept?.Claim();
        var validation = ReportValidation.Check(report);
        foreach (var warning in validation.Warnings)
        {
            WriteWarning($"{report.DeploymentId}: {warning}.");
        }

        if (validation.Failure is { } invalid)
        {
            kept?.SetAside(Refused);
            WriteFailure(invalid, report);
        }
        else if (ShouldProcess($"{report.DeploymentId} ({report.Status}, {report.Environment}, {report.Service})", "Report to Periscope"))
        {
            Try(report, () => Send(report, kept));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => WriteOutcomes(sender => sender.HasPending);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _sender?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Send(DeploymentReport report, KeptEvent? kept)
    {
        if (_sender is null)
        {
            var connection = Connection ?? Connections.RequirePeriscope(UserAgent);
            _sender = new ReportSender(new PeriscopeClient(connection, Log), ThrottleLimit, StopToken);
        }

        WriteOutcomes(sender => sender.IsFull);
        _sender.Add(report, kept);
        // An event that waits in an inbox waits for nothing else: neither for the next event, nor for the end.
        WriteOutcomes(sender => kept is null ? sender.HasFinished : sender.HasPending);
    }

    private void WriteOutcomes(Func<ReportSender, bool> goOn)
    {
        while (_sender is not null && goOn(_sender))
        {
            var outcome = Await(_sender.TakeAsync());
            if (outcome.Failure is { } failure)
            {
                if (failure.Cause is FailureCause.InvalidReport or FailureCause.Forbidden or FailureCause.StatusOutOfOrder)
                {
                    outcome.Kept?.SetAside(Refused);
                }

                WriteFailure(failure, outcome.Report);
                continue;
            }

            outcome.Kept?.Done();
            WriteObject(outcome.Receipt);
            if (outcome.Receipt!.LacksPullRequests && !_hasWarned)
            {
                _hasWarned = true;
                WriteWarning(
                    $"Periscope linked no pull request to {outcome.Receipt.DeploymentId}, so it has no lead time: its commit is the merge commit of none "
                    + "that Periscope knows. Is it another commit, is the repository not monitored (Settings > Repositories), or was the pull request "
                    + "merged before GitHub was connected? This is said once; LinkedPullRequests tells it for each.");
            }
        }
    }
}
