using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Gets the usage of the account or team, in total and per project.</summary>
[Cmdlet(VerbsCommon.Get, "PxxlUsage")]
[OutputType(typeof(Usage))]
public sealed class GetPxxlUsage : PxxlCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() => TryInvoke(null, () => WriteObject(Await(Client.GetUsageAsync(StopToken))));
}
