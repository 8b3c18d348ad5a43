using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Removes the key that Connect-Periscope stored for this session. Afterwards, the environment is used again.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Periscope")]
[OutputType(typeof(void))]
public sealed class DisconnectPeriscope : ServiceCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() => Connections.Periscope = null;
}
