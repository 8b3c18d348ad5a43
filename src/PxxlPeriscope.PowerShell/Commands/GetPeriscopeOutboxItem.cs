using System.Management.Automation;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.PowerShell.Cmdlets;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Lists the queued reports of an outbox, and those that Periscope rejected. Makes no request.</summary>
[Cmdlet(VerbsCommon.Get, "PeriscopeOutboxItem", DefaultParameterSetName = FolderSet)]
[OutputType(typeof(OutboxItem))]
public sealed class GetPeriscopeOutboxItem : OutboxCmdlet
{
    [Parameter]
    public SwitchParameter Dead { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() =>
        TryInvoke(
            null,
            () =>
            {
                var outbox = Await(ReportOutbox.OpenReadOnlyAsync(RequireOutboxPath(), StopToken, warn: Log.Warning));
                WriteObject(
                    SelectItems(
                        (Dead ? [] : Await(outbox.ListPendingAsync(StopToken))).Concat(Await(outbox.ListDeadLettersAsync(StopToken)))
                    ),
                    enumerateCollection: true
                );
            }
        );
}
