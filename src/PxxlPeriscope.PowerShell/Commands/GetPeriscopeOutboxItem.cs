using System.Management.Automation;
using PxxlPeriscope.PowerShell.Running;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Lists the reports that wait in an outbox, and those that Periscope refused. Makes no call.</summary>
[Cmdlet(VerbsCommon.Get, "PeriscopeOutboxItem", DefaultParameterSetName = FolderSet)]
[OutputType(typeof(OutboxItem))]
public sealed class GetPeriscopeOutboxItem : OutboxCmdlet
{
    /// <summary>Only what was refused.</summary>
    [Parameter]
    public SwitchParameter Dead { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => Try(null, () =>
    {
        var outbox = Await(Outbox.LookAsync(RequireFolder(), StopToken, warn: Log.Warning));
        WriteObject(Meant((Dead ? [] : Await(outbox.WaitingAsync(StopToken))).Concat(Await(outbox.DeadAsync(StopToken)))), enumerateCollection: true);
    });
}
