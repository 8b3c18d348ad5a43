using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Watching;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Writes an object for every status change of deployments.</summary>
[Cmdlet(VerbsCommon.Watch, "PxxlDeployment")]
[OutputType(typeof(DeploymentChange))]
public sealed class WatchPxxlDeployment : PxxlCmdlet
{
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? ProjectId { get; set; }

    [Parameter]
    [TimestampTransformation]
    public DateTimeOffset? Since { get; set; }

    [Parameter]
    [ValidateSet("Terminal")]
    public string? Until { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int? TimeoutSec { get; set; }

    private readonly HashSet<string> _projects = new(StringComparer.Ordinal);
    private bool _hasProjects;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var project in ProjectId ?? [])
        {
            _hasProjects = true;
            TryInvoke(project, () => _projects.Add(Await(Client.FindProjectIdAsync(project, StopToken))));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // If none of the specified projects exists, watching all others instead would be wrong.
        if (!_hasProjects || _projects.Count > 0)
        {
            TryInvoke(null, WatchAll);
        }
    }

    private void WatchAll()
    {
        var watch = new DeploymentWatcher(Client, TimeProvider.System, Log)
        {
            ProjectIds = _hasProjects ? _projects : null,
            Since = Since,
            Timeout = TimeoutSec is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            StopsWhenDone = Until is not null,
        };
        var progress = new ProgressReporter(this, Host.Name, "Watching deployments");
        try
        {
            ForEach(
                watch.RunAsync(StopToken),
                change =>
                {
                    progress.Show(() => $"{watch.InProgressCount} in progress. Press Ctrl+C to stop.");
                    if (change is not null)
                    {
                        WriteObject(change);
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
}
