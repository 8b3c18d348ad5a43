using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Removes the key that Connect-Pxxl stored for this session. Afterwards, the environment is used again.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Pxxl")]
[OutputType(typeof(void))]
public sealed class DisconnectPxxl : ServiceCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() => Connections.Pxxl = null;
}
