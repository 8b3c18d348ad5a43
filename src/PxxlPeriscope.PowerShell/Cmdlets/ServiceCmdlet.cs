using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Runtime.InteropServices;
using PxxlPeriscope.PowerShell.Errors;
using PxxlPeriscope.PowerShell.Session;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Base class of the cmdlets that call a service. Provides connections, clients and error handling.</summary>
public abstract class ServiceCmdlet : AsyncCmdlet
{
    private protected static RunspaceConnections Connections => RunspaceConnections.Current;

    /// <summary>
    /// Includes the PowerShell version, so that the services can identify the caller. See "Base URLs and keys" in docs/facts/pxxl-api.md.
    /// </summary>
    internal static string UserAgent =>
        $"PxxlPeriscope/{typeof(ServiceCmdlet).Assembly.GetName().Version!.ToString(3)} "
        + $"(PowerShell {Runspace.DefaultRunspace.Version.ToString(2)}; {RuntimeInformation.OSArchitecture})";

    /// <summary>Creates a client for Pxxl. With a team, it shares the sockets of the connection.</summary>
    private protected PxxlClient CreatePxxlClient(PxxlConnection? connection, string? teamId = null)
    {
        var found = connection ?? Connections.RequirePxxl(UserAgent);
        return new(teamId is null ? found : found.ForTeam(teamId), Log);
    }

    /// <summary>The proxy that -Proxy and -ProxyCredential specify; null for the system proxy.</summary>
    private protected static IWebProxy? ToWebProxy(Uri? proxy, PSCredential? credential) =>
        proxy is null ? null : new WebProxy(proxy) { Credentials = credential?.GetNetworkCredential() };

    /// <summary>Returns the event with the current deployment from Pxxl.</summary>
    private protected PxxlWebhookEvent RefreshEvent(PxxlWebhookEvent webhookEvent, PxxlClient client) =>
        webhookEvent.Deployment is { } hint
            ? webhookEvent with
            {
                Deployment = Await(client.GetDeploymentAsync(hint.Id, StopToken)),
            }
            : webhookEvent;

    /// <summary>Writes the items whose name matches the filter; all items if the filter is null.</summary>
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

    /// <summary>Writes an error: terminating if every further call would fail in the same way, otherwise for this item only.</summary>
    private protected virtual void WriteFailure(ServiceException failure, object? target)
    {
        var record = ErrorRecords.From(failure, target);
        if (failure.IsFatal)
        {
            ThrowTerminatingError(record);
        }

        WriteError(record);
    }

    /// <summary>Runs an action for one item and reports its failure as an error for that item.</summary>
    /// <returns>True if the action succeeded.</returns>
    private protected bool TryInvoke(object? target, Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (ServiceException failure)
        {
            WriteFailure(failure, target);
            return false;
        }
    }
}
