using System.Management.Automation;
using PxxlPeriscope.Delivery;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.PowerShell.Cmdlets;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Sends reports to Periscope, and writes a receipt for each that was accepted or queued in the outbox.</summary>
[Cmdlet(VerbsCommunications.Send, "PeriscopeDeployment", DefaultParameterSetName = ReportSet, SupportsShouldProcess = true)]
[OutputType(typeof(Receipt))]
public sealed class SendPeriscopeDeployment : ReportCmdlet
{
    private ReportStream? _stream;
    private DeliveryWarnings? _warnings;
    private ReportOutbox? _outbox;
    private readonly DeliveryFailure _failure = new();

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ReportSet)]
    [ValidateNotNull]
    public DeploymentReport[] Report { get; set; } = [];

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutboxPath { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    [ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; } = 4;

    [Parameter]
    [ValidateNotNull]
    public PeriscopeConnection? Connection { get; set; }

    private protected override IEnumerable<DeploymentReport> InputReports => Report;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _warnings = new DeliveryWarnings(WriteWarning);
        _stream = RegisterForDispose(
            new ReportStream(Open, ThrottleLimit, Await, Write, new ProgressReporter(this, Host.Name, "Reporting to Periscope"), StopToken)
            {
                Completed = outcome => EventCompletion.CompleteAsync(outcome, StopToken),
            }
        );
    }

    private protected override void ProcessReport(DeploymentReport report, object? tag)
    {
        var webhookEvent = tag as PxxlWebhookEvent;
        var inboxItem = webhookEvent?.InboxItem;
        // From here on this cmdlet completes the event: it stays in its inbox until Periscope or the outbox has the report.
        inboxItem?.Claim();
        var validation = ReportValidation.Check(report);
        foreach (var warning in validation.Warnings)
        {
            WriteWarning($"{report.DeploymentId}: {warning}.");
        }

        if (validation.Failure is { } invalid)
        {
            _warnings!.AddRejected(report, isCounted: false);
            if (!IsWhatIf)
            {
                TryInvoke(report, () => Await(OpenOutbox()?.DeadLetterAsync(report, invalid, StopToken)));
                Await(EventCompletion.RejectAsync(inboxItem, StopToken));
            }

            WriteFailure(invalid, report);
        }
        else if (ShouldProcess(report.Summary, "Report to Periscope"))
        {
            TryInvoke(report, () => _stream!.Send(report, inboxItem, webhookEvent?.NextEvent));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _stream!.Complete();
        _warnings!.Complete(_outbox?.Folder);
        if (_failure.Exception is { } failure)
        {
            WriteFailure(failure, null);
        }
    }

    private ReportDelivery Open() =>
        ReportDelivery.Create(OpenOutbox(), new PeriscopeClient(Connection ?? Connections.RequirePeriscope(UserAgent), Log), Force);

    private ReportOutbox? OpenOutbox() => _outbox ??= OpenOutboxAt(OutboxPath, Connection);

    private void Write(SendOutcome outcome)
    {
        _warnings!.Add(outcome, _outbox?.Folder);
        if (outcome.Receipt is not null)
        {
            WriteObject(outcome.Receipt);
            // A permanent error ends only the calls; the rest of the pipeline is queued first.
            _failure.Add(outcome);
            return;
        }

        if (outcome.IsRejected)
        {
            _warnings.AddRejected(outcome.Report, isCounted: true);
        }

        WriteFailure(outcome.Failure!, outcome.Report);
    }
}
