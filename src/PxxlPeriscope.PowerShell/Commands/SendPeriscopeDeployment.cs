using System.Management.Automation;
using PxxlPeriscope.PowerShell.Running;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Sends reports to Periscope and gives a receipt for each that was accepted, or is kept in the outbox.</summary>
[Cmdlet(VerbsCommunications.Send, "PeriscopeDeployment", DefaultParameterSetName = ReportSet, SupportsShouldProcess = true)]
[OutputType(typeof(Receipt))]
public sealed class SendPeriscopeDeployment : ReportCmdlet
{
    private const string Refused = "refused";

    private ReportStream? _stream;
    private DeliveryWarnings? _warnings;
    private Outbox? _outbox;
    private ServiceException? _end;

    /// <summary>Reports, from New-PeriscopeDeployment or ConvertTo-PeriscopeDeployment.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ReportSet)]
    [ValidateNotNull]
    public DeploymentReport[] Report { get; set; } = [];

    /// <summary>A folder that keeps what cannot be delivered, and remembers what was: sent again, it is not sent twice.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutboxPath { get; set; }

    /// <summary>Sends also what the outbox knows to have arrived unchanged.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How many reports are under way at once. Those of one deployment always go one after the other.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; } = 4;

    /// <summary>A connection of Connect-Periscope, instead of the session's or the environment's.</summary>
    [Parameter]
    [ValidateNotNull]
    public PeriscopeConnection? Connection { get; set; }

    private protected override IEnumerable<DeploymentReport> Given => Report;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _warnings = new DeliveryWarnings(WriteWarning);
        _stream = Owned(new ReportStream(Open, ThrottleLimit, Await, Write, new ProgressBar(this, Host.Name, "Reporting to Periscope"), StopToken));
    }

    private protected override void ProcessReport(DeploymentReport report, KeptEvent? kept)
    {
        // From here on the event is this cmdlet's: it stays in its inbox until Periscope or the outbox has the report.
        kept?.Claim();
        var validation = ReportValidation.Check(report);
        foreach (var warning in validation.Warnings)
        {
            WriteWarning($"{report.DeploymentId}: {warning}.");
        }

        if (validation.Failure is { } invalid)
        {
            _warnings!.NoteRefused(report, isCounted: false);
            if (!IsWhatIf)
            {
                Try(report, () => Await(OpenOutbox()?.BuryAsync(report, invalid, StopToken)));
                Await(kept?.SetAsideAsync(Refused, StopToken));
            }

            WriteFailure(invalid, report);
        }
        else if (ShouldProcess(report.Summary, "Report to Periscope"))
        {
            Try(report, () => _stream!.Send(report, kept));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _stream!.Finish();
        _warnings!.End(_outbox?.Folder);
        if (_end is not null)
        {
            WriteFailure(_end, null);
        }
    }

    private ReportDelivery Open() =>
        ReportDelivery.Through(OpenOutbox(), new PeriscopeClient(Connection ?? Connections.RequirePeriscope(UserAgent), Log), Force);

    private Outbox? OpenOutbox() => _outbox ??= OutboxAt(OutboxPath, Connection);

    private void Write(SendOutcome outcome)
    {
        _warnings!.Note(outcome, _outbox?.Folder);
        if (outcome.Receipt is not null)
        {
            Await(outcome.Kept?.DoneAsync(StopToken));
            WriteObject(outcome.Receipt);
            // What ends the call ends the calls only: the rest of the pipeline is kept first.
            _end ??= outcome.Failure is { EndsTheCall: true } failure ? failure : null;
            return;
        }

        if (outcome.IsRefused)
        {
            Await(outcome.Kept?.SetAsideAsync(Refused, StopToken));
            _warnings.NoteRefused(outcome.Report, isCounted: true);
        }

        WriteFailure(outcome.Failure!, outcome.Report);
    }
}
