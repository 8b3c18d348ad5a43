using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Session;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Shows the account, team and key source that the Pxxl cmdlets use. Makes no request.</summary>
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
