using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Forgets the key that Connect-Pxxl keeps in this session. What the environment holds counts again.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Pxxl")]
[OutputType(typeof(void))]
public sealed class DisconnectPxxl : ServiceCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() => Connections.Pxxl = null;
}
