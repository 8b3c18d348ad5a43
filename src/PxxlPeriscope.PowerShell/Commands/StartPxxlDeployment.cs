using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.Pxxl.Deployments;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Deploys a project again, and gives the new deployment.</summary>
[Cmdlet(VerbsLifecycle.Start, "PxxlDeployment", SupportsShouldProcess = true)]
[OutputType(typeof(Deployment))]
public sealed class StartPxxlDeployment : WaitCmdlet
{
    private readonly List<string> _started = [];

    /// <summary>The project, by id or name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    [ValidateNotNullOrEmpty]
    public string ProjectId { get; set; } = string.Empty;

    /// <summary>The commit to deploy; without it Pxxl takes the branch's newest.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CommitSha { get; set; }

    /// <summary>The message that Pxxl shows for the deployment.</summary>
    [Parameter]
    [Alias("CommitMessage")]
    [ValidateNotNullOrEmpty]
    public string? Message { get; set; }

    /// <summary>Waits until it is live or has failed, as Wait-PxxlDeployment does.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Whoever says what to wait for, or how long, wants to wait.</summary>
    private bool WaitsForCompletion => MyInvocation.BoundParameters.ContainsKey(nameof(Wait))
        ? Wait
        : HealthUri is not null || MyInvocation.BoundParameters.ContainsKey(nameof(TimeoutSec));

    /// <inheritdoc/>
    protected override void ProcessRecord() => TryInvoke(ProjectId, () =>
    {
        RedeployRequest.ValidateCommit(CommitSha);
        if (!ShouldProcess($"{ProjectId}, {CommitSha ?? "the newest commit of its branch"}", "Deploy again"))
        {
            return;
        }

        var project = Await(Client.FindProjectIdAsync(ProjectId, StopToken));
        var deployment = Await(Client.RedeployAsync(project, CommitSha, Message, StopToken));
        if (WaitsForCompletion)
        {
            WriteVerbose($"Started {deployment.Id}.");
            _started.Add(deployment.Id);
        }
        else
        {
            WriteObject(deployment);
        }
    });

    /// <inheritdoc/>
    protected override void EndProcessing() => TryInvoke(null, () => WaitFor(_started, areNew: true));
}
