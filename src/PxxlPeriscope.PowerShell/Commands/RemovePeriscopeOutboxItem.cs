using System.Management.Automation;
using PxxlPeriscope.PowerShell.Running;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Takes items out of an outbox for good: their reports are never sent.</summary>
[Cmdlet(VerbsCommon.Remove, "PeriscopeOutboxItem", DefaultParameterSetName = ItemSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemovePeriscopeOutboxItem : OutboxCmdlet
{
    /// <summary>Items, from Get-PeriscopeOutboxItem.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ItemSet)]
    [ValidateNotNull]
    public OutboxItem[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => Try(null, () =>
    {
        if (ParameterSetName == FolderSet && DeploymentId is null)
        {
            throw new ServiceException(ServiceName.Periscope, FailureCause.InvalidRequest, "Say which items are to be removed: by -DeploymentId, or from Get-PeriscopeOutboxItem. -DeploymentId * means all of them.");
        }

        var outbox = ParameterSetName == FolderSet ? Await(Outbox.OpenAsync(RequireFolder(), StopToken, warn: Log.Warning)) : null;
        foreach (var item in outbox is null ? InputObject : Meant(Await(outbox.WaitingAsync(StopToken)).Concat(Await(outbox.DeadAsync(StopToken)))))
        {
            if (ShouldProcess(item.Report.Summary, item.IsDead ? "Remove the refused report" : "Remove the report that Periscope does not have"))
            {
                Await(Outbox.RemoveAsync(item, StopToken));
            }
        }
    });
}
