using System.Management.Automation;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Loading;
using PxxlPeriscope.PowerShell.Session;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Stores a Periscope key for this session. Makes no request, because the first request starts a trial.</summary>
[Cmdlet(VerbsCommunications.Connect, "Periscope", DefaultParameterSetName = ProxySet)]
[OutputType(typeof(PeriscopeConnection))]
public sealed class ConnectPeriscope : ConnectCmdlet
{
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OrganizationSlug { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutboxPath { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() =>
        TryInvoke(
            null,
            () =>
            {
                var keys = KeyResolvers.Periscope;
                var baseUri = PxxlPeriscope.Connections.BaseUri.Validate(ServiceName.Periscope, BaseUri ?? keys.BaseUri);
                var (key, source) = ApiKey is null
                    ? keys.Find() ?? throw RunspaceConnections.NotConnected(ServiceName.Periscope)
                    : (ApiKey, "parameter -ApiKey");
                if (PeriscopeKeyResolver.IsKeyOfAnotherService(key))
                {
                    WriteWarning("The key does not start with psk_, unlike Periscope keys. It is used unchanged.");
                }

                var outbox = OutboxPath is null
                    ? null
                    : Await(
                        ReportOutbox.OpenReadOnlyAsync(GetUnresolvedProviderPathFromPSPath(OutboxPath), StopToken, warn: Log.Warning)
                    ).Folder;
                Connections.Periscope = new PeriscopeConnection(
                    Settings(baseUri, key),
                    source,
                    HttpAssemblyLoader.Open,
                    OrganizationSlug,
                    outbox
                );
                WriteObject(Connections.Periscope);
            }
        );
}
