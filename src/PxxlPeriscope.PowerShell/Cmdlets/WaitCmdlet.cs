using System.Management.Automation;
using PxxlPeriscope.Http;
using PxxlPeriscope.PowerShell.Errors;
using PxxlPeriscope.PowerShell.Loading;
using PxxlPeriscope.PowerShell.Views;
using PxxlPeriscope.Text;
using PxxlPeriscope.Watching;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Base class of the cmdlets that wait for deployments. Provides the time limit, health check, progress and errors.</summary>
public abstract class WaitCmdlet : PxxlCmdlet
{
    [Parameter]
    [ValidateRange(1, 86_400)]
    public int TimeoutSec { get; set; } = 900;

    [Parameter]
    [ValidateNotNull]
    public Uri? HealthUri { get; set; }

    private HealthCheck? _health;

    /// <summary>Rejects an invalid health check address before anything is started.</summary>
    protected override void BeginProcessing()
    {
        try
        {
            _health = HealthUri is null
                ? null
                : RegisterForDispose(new HealthCheck(HealthUri, HttpAssemblyLoader.Open, ConfigureHealthCheck));
        }
        catch (ServiceException exception)
        {
            ThrowTerminatingError(ErrorRecords.From(exception, null));
        }
    }

    /// <summary>Uses the explicit proxy of the connection, if any: if Pxxl is only reachable through it, so are its deployments.</summary>
    private HttpClientSettings ConfigureHealthCheck(HttpClientSettings settings)
    {
        var connection = (Connection ?? Connections.Pxxl)?.Settings;
        return HealthUri!.IsLoopback || connection is null
            ? settings with
            {
                UserAgent = UserAgent,
            }
            : settings with
            {
                UserAgent = UserAgent,
                Proxy = connection.Proxy,
                NoProxy = connection.NoProxy,
            };
    }

    /// <summary>Waits, and writes each deployment when it has finished, with an error if it is not live.</summary>
    private protected void WaitFor(IReadOnlyCollection<string> ids, bool areNew = false)
    {
        var waiter = new DeploymentWaiter(Client, TimeProvider.System, Log)
        {
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
            AreNewlyStarted = areNew,
            CheckHealthAsync = _health is null ? null : _health.CheckAsync,
            LastLogLines = Client.GetLastLogLinesAsync,
        };
        var started = TimeProvider.System.GetTimestamp();
        var progress = new ProgressReporter(
            this,
            Host.Name,
            ids.Count == 1 ? "Waiting for a deployment" : $"Waiting for {ids.Count} deployments"
        );
        try
        {
            ForEach(
                waiter.RunAsync(ids, StopToken),
                status =>
                {
                    var elapsed = TimeProvider.System.GetElapsedTime(started);
                    progress.Show(() => FormatProgress(waiter, elapsed), (long)elapsed.TotalSeconds, TimeoutSec);
                    if (status is not null)
                    {
                        WriteStatus(status);
                    }

                    return true;
                }
            );
        }
        finally
        {
            progress.Complete();
        }
    }

    /// <summary>Called for each deployment that has been written.</summary>
    private protected virtual void OnWritten(Deployment deployment) { }

    private void WriteStatus(DeploymentWaiter.Status status)
    {
        if (status.Deployment is not null && status.Outcome != DeploymentWaiter.Outcome.ReadFailed)
        {
            WriteObject(status.Deployment);
            OnWritten(status.Deployment);
        }

        if (status.Failure is not null)
        {
            WriteFailure(status.Failure, (object?)status.Deployment ?? status.Id);
        }
    }

    private static string FormatProgress(DeploymentWaiter waiter, TimeSpan elapsed)
    {
        var parts = waiter.InProgress.Take(3).Select(item => $"{item.Deployment?.ProjectName ?? item.Id} {FormatPhase(item.Deployment)}");
        var remaining = waiter.InProgress.Count() - 3;
        return $"{DeploymentView.Duration(elapsed)}  {string.Join(", ", parts)}{(remaining > 0 ? $" and {remaining} more" : string.Empty)}";
    }

    private static string FormatPhase(Deployment? deployment) =>
        Printable.ToSingleLine(
            deployment is null ? "not read yet"
                : deployment.Status == DeploymentStatus.Success ? "is live, waiting for its address to respond"
                : deployment.BuildStatus is { } build && build != deployment.RawStatus ? $"{deployment.RawStatus} (build {build})"
                : deployment.RawStatus ?? "has no status",
            60
        );
}
