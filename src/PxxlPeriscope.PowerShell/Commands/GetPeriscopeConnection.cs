using System.Management.Automation;
using PxxlPeriscope.PowerShell.Running;
using PxxlPeriscope.PowerShell.Session;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Shows which key and organisation the cmdlets for Periscope use; makes no call.</summary>
[Cmdlet(VerbsCommon.Get, "PeriscopeConnection")]
[OutputType(typeof(PeriscopeConnection))]
public sealed class GetPeriscopeConnection : ServiceCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() => Try(null, () =>
    {
        if ((Connections.Periscope ?? Connections.FindPeriscope(UserAgent)) is { } connection)
        {
            WriteObject(connection);
        }
        else
        {
            WriteWarning(RunspaceConnections.NotConnected(ServiceName.Periscope).Message);
        }
    });
}
