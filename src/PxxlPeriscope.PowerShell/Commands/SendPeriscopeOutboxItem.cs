using System.Management.Automation;
using PxxlPeriscope.Delivery;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.PowerShell.Cmdlets;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Delivers the queued reports of an outbox, oldest first.</summary>
[Cmdlet(VerbsCommunications.Send, "PeriscopeOutboxItem", DefaultParameterSetName = FolderSet, SupportsShouldProcess = true)]
[OutputType(typeof(Receipt))]
public sealed class SendPeriscopeOutboxItem : OutboxCmdlet
{
    private readonly List<OutboxItem> _items = [];
    private readonly DeliveryFailure _failure = new();

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ItemSet)]
    [ValidateNotNull]
    public OutboxItem[] InputObject { get; set; } = [];

    [Parameter]
    [ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; } = 4;

    [Parameter]
    [ValidateNotNull]
    public PeriscopeConnection? Connection { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _items.AddRange(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing() =>
        TryInvoke(
            null,
            () =>
            {
                if (ParameterSetName == FolderSet)
                {
                    var folder = RequireOutboxPath(Connection);
                    var waiting = IsWhatIf
                        ? Await(ReportOutbox.OpenReadOnlyAsync(folder, StopToken, warn: Log.Warning))
                        : Await(ReportOutbox.OpenAsync(folder, StopToken, warn: Log.Warning));
                    _items.AddRange(SelectItems(Await(waiting.ListPendingAsync(StopToken))));
                }

                foreach (var folder in _items.GroupBy(item => item.OutboxPath))
                {
                    Send(folder.Key, [.. folder.OrderBy(item => item.QueuedAt)]);
                }
            }
        );

    private void Send(string folder, IReadOnlyList<OutboxItem> items)
    {
        var selected = items.Where(item => ShouldProcess(item.Report.Summary, "Report to Periscope")).ToList();
        if (selected.Count == 0)
        {
            return;
        }

        var outbox = Await(ReportOutbox.OpenAsync(folder, StopToken, warn: Log.Warning));
        var stream = RegisterForDispose(
            new ReportStream(
                () => ReportDelivery.Create(outbox, new PeriscopeClient(Connection ?? Connections.RequirePeriscope(UserAgent), Log)),
                ThrottleLimit,
                Await,
                Write,
                new ProgressReporter(this, Host.Name, "Delivering the outbox"),
                StopToken
            )
            {
                Total = selected.Count,
            }
        );
        // Items that another process is delivering come last: they are probably gone by then, so that this process does not wait.
        foreach (var item in selected.OrderBy(outbox.IsLockedElsewhere))
        {
            if ((item.IsDead ? Requeue(outbox, item) : item) is { } waiting)
            {
                stream.Send(waiting);
            }
        }

        stream.Complete();
        if (_failure.ToException(selected.Count, outbox.Folder) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Queues a rejected report again; null if there is nothing to send, or the item was replaced by another report.</summary>
    private OutboxItem? Requeue(ReportOutbox outbox, OutboxItem item)
    {
        OutboxItem? queued = null;
        if (TryInvoke(item, () => queued = Await(outbox.RequeueAsync(item, StopToken))) && queued is null)
        {
            WriteMissing(item);
        }

        return queued;
    }

    private void Write(SendOutcome outcome)
    {
        if (outcome.Receipt is not null)
        {
            WriteObject(outcome.Receipt);
            _failure.Add(outcome);
        }
        else if (outcome.Failure is { } failure)
        {
            WriteFailure(failure, outcome.Report);
        }
        else
        {
            WriteVerbose($"Another process has delivered {outcome.Report.DeploymentId} or a newer state of it.");
        }
    }
}
