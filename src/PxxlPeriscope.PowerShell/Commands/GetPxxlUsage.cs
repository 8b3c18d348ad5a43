using System.Management.Automation;
using PxxlPeriscope.PowerShell.Running;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Reads what the account or team has consumed, in all and per project.</summary>
[Cmdlet(VerbsCommon.Get, "PxxlUsage")]
[OutputType(typeof(Usage))]
public sealed class GetPxxlUsage : PxxlCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() => Try(null, () => WriteObject(Await(Client.GetUsageAsync(StopToken))));
}
