using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Loading;
using PxxlPeriscope.PowerShell.Session;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Stores a Pxxl key for this session after verifying it with a whoami request.</summary>
[Cmdlet(VerbsCommunications.Connect, "Pxxl", DefaultParameterSetName = ProxySet)]
[OutputType(typeof(PxxlConnection))]
public sealed class ConnectPxxl : ConnectCmdlet
{
    [Parameter]
    [TeamTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TeamCompleter))]
    public string? TeamId { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() =>
        TryInvoke(
            null,
            () =>
            {
                var keys = KeyResolvers.Pxxl;
                var baseUri = PxxlPeriscope.Connections.BaseUri.Validate(ServiceName.Pxxl, BaseUri ?? keys.BaseUri);
                var (key, source, team, teamSource) = ApiKey is null
                    ? keys.Find() ?? throw RunspaceConnections.NotConnected(ServiceName.Pxxl)
                    : (ApiKey, "parameter -ApiKey", keys.TeamId, keys.TeamSource);
                var connection = new PxxlConnection(
                    Settings(baseUri, key),
                    source,
                    HttpAssemblyLoader.Open,
                    TeamId ?? team,
                    TeamId is null ? teamSource : "parameter -TeamId"
                );
                connection.Account = Await(new PxxlClient(connection, Log).GetAccountAsync(StopToken));
                Connections.Pxxl = connection;
                WriteObject(connection);
            }
        );
}
