using System.Management.Automation;
using PxxlPeriscope.PowerShell.Errors;
using PxxlPeriscope.PowerShell.Loading;
using PxxlPeriscope.PowerShell.Views;

namespace PxxlPeriscope.PowerShell.Running;

/// <summary>A cmdlet that waits for deployments: the limit, the health check, the progress and the errors.</summary>
public abstract class WaitingCmdlet : PxxlCmdlet
{
    /// <summary>Seconds to wait for all of them together.</summary>
    [Parameter]
    [ValidateRange(1, 86_400)]
    public int TimeoutSec { get; set; } = 900;

    /// <summary>Waits also until this address answers 2xx; http and https are allowed, and no key is sent.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? HealthUri { get; set; }

    private HealthCheck? _health;

    /// <summary>An address that cannot be asked is found before anything is started or waited for.</summary>
    protected override void BeginProcessing()
    {
        try
        {
            _health = HealthUri is null ? null : Owned(new HealthCheck(HealthUri, HttpAssembly.Open, settings => settings with { UserAgent = UserAgent }));
        }
        catch (ServiceException refused)
        {
            ThrowTerminatingError(ErrorRecords.From(refused, null));
        }
    }

    /// <summary>Waits, and writes each deployment when it has ended, with an error where it is not live then.</summary>
    private protected void WaitFor(IReadOnlyCollection<string> ids, bool areNew = false)
    {
        var wait = new DeploymentWait(Client, TimeProvider.System, Log)
        {
            Limit = TimeSpan.FromSeconds(TimeoutSec),
            AreNew = areNew,
            Health = _health is null ? null : _health.AskAsync,
            LastLogLines = Client.GetLastLogLinesAsync,
        };
        var started = TimeProvider.System.GetTimestamp();
        var progress = new ProgressBar(this, Host.Name, ids.Count == 1 ? "Waiting for a deployment" : $"Waiting for {ids.Count} deployments");
        try
        {
            ForEach(wait.RunAsync(ids, StopToken), look =>
            {
                var elapsed = TimeProvider.System.GetElapsedTime(started);
                progress.Show(() => Status(wait, elapsed), (long)elapsed.TotalSeconds, TimeoutSec);
                if (look is not null)
                {
                    End(look);
                }

                return true;
            });
        }
        finally
        {
            progress.End();
        }
    }

    private void End(WaitLook look)
    {
        if (look.Deployment is not null && look.Outcome != WaitOutcome.Unreadable)
        {
            WriteObject(look.Deployment);
        }

        if (look.Failure is not null)
        {
            WriteFailure(look.Failure, (object?)look.Deployment ?? look.Id);
        }
    }

    private static string Status(DeploymentWait wait, TimeSpan elapsed)
    {
        var parts = wait.UnderWay.Take(3).Select(each => $"{each.Deployment?.ProjectName ?? each.Id} {Phase(each.Deployment)}");
        var more = wait.UnderWay.Count() - 3;
        return $"{DeploymentView.Duration(elapsed)}  {string.Join(", ", parts)}{(more > 0 ? $" and {more} more" : string.Empty)}";
    }

    private static string Phase(Deployment? deployment) => Printable.Line(
        deployment is null ? "not read yet"
        : deployment.Status == DeploymentStatus.Success ? "is live, its address does not answer yet"
        : deployment.BuildStatus is { } build && build != deployment.RawStatus ? $"{deployment.RawStatus} (build {build})"
        : deployment.RawStatus ?? "has no status",
        60);
}
