using System.Management.Automation;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.PowerShell.Cmdlets;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Deletes items of an outbox. Their reports are never sent.</summary>
[Cmdlet(
    VerbsCommon.Remove,
    "PeriscopeOutboxItem",
    DefaultParameterSetName = ItemSet,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High
)]
[OutputType(typeof(void))]
public sealed class RemovePeriscopeOutboxItem : OutboxCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ItemSet)]
    [ValidateNotNull]
    public OutboxItem[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        TryInvoke(
            null,
            () =>
            {
                if (ParameterSetName == FolderSet && DeploymentId is null)
                {
                    throw new ServiceException(
                        ServiceName.Periscope,
                        CallFailure.InvalidRequest,
                        "Specify the items to remove with -DeploymentId, or pipe them from Get-PeriscopeOutboxItem. "
                            + "To remove all of them, use -DeploymentId *."
                    );
                }

                var outbox =
                    ParameterSetName == FolderSet ? Await(ReportOutbox.OpenAsync(RequireOutboxPath(), StopToken, warn: Log.Warning)) : null;
                foreach (
                    var item in outbox is null
                        ? InputObject
                        : SelectItems(Await(outbox.ListPendingAsync(StopToken)).Concat(Await(outbox.ListDeadLettersAsync(StopToken))))
                )
                {
                    if (ShouldProcess(item.Report.Summary, item.IsDead ? "Remove the rejected report" : "Remove the undelivered report"))
                    {
                        TryInvoke(item, () => Remove(item));
                    }
                }
            }
        );

    private void Remove(OutboxItem item)
    {
        if (!Await(ReportOutbox.RemoveAsync(item, StopToken, warn: Log.Warning)))
        {
            WriteMissing(item);
        }
    }
}
