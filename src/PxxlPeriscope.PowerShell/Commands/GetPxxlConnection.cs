using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Session;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Shows which account, team and key the cmdlets for Pxxl use; makes no call.</summary>
[Cmdlet(VerbsCommon.Get, "PxxlConnection")]
[OutputType(typeof(PxxlConnection))]
public sealed class GetPxxlConnection : ServiceCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() =>
        TryInvoke(
            null,
            () =>
            {
                if ((Connections.Pxxl ?? Connections.FindPxxl(UserAgent)) is { } connection)
                {
                    WriteObject(connection);
                }
                else
                {
                    WriteWarning(RunspaceConnections.NotConnected(ServiceName.Pxxl).Message);
                }
            }
        );
}
