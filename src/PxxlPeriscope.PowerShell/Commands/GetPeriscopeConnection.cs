using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Session;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Shows the key source and organization that the Periscope cmdlets use. Makes no request.</summary>
[Cmdlet(VerbsCommon.Get, "PeriscopeConnection")]
[OutputType(typeof(PeriscopeConnection))]
public sealed class GetPeriscopeConnection : ServiceCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() =>
        TryInvoke(
            null,
            () =>
            {
                if ((Connections.Periscope ?? Connections.FindPeriscope(UserAgent)) is { } connection)
                {
                    WriteObject(connection);
                }
                else
                {
                    WriteWarning(RunspaceConnections.NotConnected(ServiceName.Periscope).Message);
                }
            }
        );
}
