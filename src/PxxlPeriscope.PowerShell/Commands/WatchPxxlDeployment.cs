using System.Management.Automation;
using PxxlPeriscope.PowerShell.Binding;
using PxxlPeriscope.PowerShell.Running;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Gives changes of deployments as they are seen.</summary>
[Cmdlet(VerbsCommon.Watch, "PxxlDeployment")]
[OutputType(typeof(DeploymentChange))]
public sealed class WatchPxxlDeployment : PxxlCmdlet
{
    /// <summary>Only deployments of these projects, by id or name.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? ProjectId { get; set; }

    /// <summary>Gives what was created since then too: a date, or a span before now such as 2h.</summary>
    [Parameter]
    [MomentTransformation]
    public DateTimeOffset? Since { get; set; }

    /// <summary>When to end: Terminal when nothing is under way any more.</summary>
    [Parameter]
    [ValidateSet("Terminal")]
    public string? Until { get; set; }

    /// <summary>Seconds to watch; without it until Ctrl+C.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSec { get; set; }

    private readonly List<string> _projects = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => _projects.AddRange(ProjectId ?? []);

    /// <inheritdoc/>
    protected override void EndProcessing() => Try(null, () =>
    {
        var watch = new DeploymentWatch(Client, TimeProvider.System, Log)
        {
            ProjectIds = _projects.Count == 0 ? null : _projects.Select(project => Await(Client.FindProjectIdAsync(project, StopToken))).Distinct().ToList(),
            Since = Since,
            Limit = TimeoutSec == 0 ? null : TimeSpan.FromSeconds(TimeoutSec),
            EndsWhenDone = Until is not null,
        };
        var progress = new ProgressBar(this, Host.Name, "Watching deployments");
        ForEach(watch.RunAsync(StopToken), change =>
        {
            progress.Show(() => $"{watch.UnderWay} under way. Ctrl+C ends.");
            if (change is not null)
            {
                WriteObject(change);
            }

            return true;
        });
        progress.End();
    });
}
