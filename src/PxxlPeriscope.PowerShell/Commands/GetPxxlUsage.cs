using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Reads what the account or team has consumed, in all and per project.</summary>
[Cmdlet(VerbsCommon.Get, "PxxlUsage")]
[OutputType(typeof(Usage))]
public sealed class GetPxxlUsage : PxxlCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() => TryInvoke(null, () => WriteObject(Await(Client.GetUsageAsync(StopToken))));
}
