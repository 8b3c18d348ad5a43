using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Runtime.InteropServices;
using PxxlPeriscope.PowerShell.Errors;
using PxxlPeriscope.PowerShell.Session;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>A cmdlet that talks to a service: its connection, its client, and what becomes of a failure.</summary>
public abstract class ServiceCmdlet : AsyncCmdlet
{
    private protected static RunspaceConnections Connections => RunspaceConnections.Current;

    /// <summary>Includes PowerShell, so that the services can identify the caller. (docs/facts/pxxl-api.md, "Base URLs and keys".)</summary>
    internal static string UserAgent =>
        $"PxxlPeriscope/{typeof(ServiceCmdlet).Assembly.GetName().Version!.ToString(3)} (PowerShell {Runspace.DefaultRunspace.Version.ToString(2)}; {RuntimeInformation.OSArchitecture})";

    /// <summary>A client for Pxxl; a team shares the sockets of the connection that it is asked for with.</summary>
    private protected PxxlClient CreatePxxlClient(PxxlConnection? connection, string? teamId = null)
    {
        var found = connection ?? Connections.RequirePxxl(UserAgent);
        return new(teamId is null ? found : found.ForTeam(teamId), Log);
    }

    /// <summary>What -Proxy and -ProxyCredential name; null for the system's proxy.</summary>
    private protected static IWebProxy? ToWebProxy(Uri? proxy, PSCredential? credential) =>
        proxy is null ? null : new WebProxy(proxy) { Credentials = credential?.GetNetworkCredential() };

    /// <summary>The event with its deployment as Pxxl has it now.</summary>
    private protected PxxlWebhookEvent RefreshEvent(PxxlWebhookEvent webhookEvent, PxxlClient client) =>
        webhookEvent.Deployment is { } hint
            ? webhookEvent with
            {
                Deployment = Await(client.GetDeploymentAsync(hint.Id, StopToken)),
            }
            : webhookEvent;

    /// <summary>Writes those whose name is wanted; null wants all.</summary>
    private protected void WriteMatching<T>(IEnumerable<T> items, Func<T, string?> name, Func<string, bool>? isWanted)
    {
        foreach (var item in items)
        {
            if (isWanted is null || (name(item) is { } found && isWanted(found)))
            {
                WriteObject(item);
            }
        }
    }

    /// <summary>Writes a failure: as the end of the call where every further one would fail alike, else for this item alone.</summary>
    private protected virtual void WriteFailure(ServiceException failure, object? target)
    {
        var record = ErrorRecords.From(failure, target);
        if (failure.IsFatal)
        {
            ThrowTerminatingError(record);
        }

        WriteError(record);
    }

    /// <summary>Does something for one item; its failure is the item's.</summary>
    private protected void TryInvoke(object? target, Action action)
    {
        try
        {
            action();
        }
        catch (ServiceException failure)
        {
            WriteFailure(failure, target);
        }
    }
}
