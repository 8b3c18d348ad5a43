using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Forgets the key that Connect-Periscope keeps in this session. What the environment holds counts again.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Periscope")]
[OutputType(typeof(void))]
public sealed class DisconnectPeriscope : ServiceCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() => Connections.Periscope = null;
}
