using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.Pxxl.Deployments;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Redeploys a project and returns the new deployment.</summary>
[Cmdlet(VerbsLifecycle.Start, "PxxlDeployment", SupportsShouldProcess = true)]
[OutputType(typeof(Deployment))]
public sealed class StartPxxlDeployment : WaitCmdlet
{
    private readonly List<Deployment> _started = [];

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    [ValidateNotNullOrEmpty]
    public string ProjectId { get; set; } = string.Empty;

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CommitSha { get; set; }

    [Parameter]
    [Alias("CommitMessage")]
    [ValidateNotNullOrEmpty]
    public string? Message { get; set; }

    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Specifying a health check address or a time limit implies waiting.</summary>
    private bool WaitsForCompletion =>
        MyInvocation.BoundParameters.ContainsKey(nameof(Wait))
            ? Wait
            : HealthUri is not null || MyInvocation.BoundParameters.ContainsKey(nameof(TimeoutSec));

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        TryInvoke(
            ProjectId,
            () =>
            {
                RedeployRequest.ValidateCommit(CommitSha);
                if (!ShouldProcess($"{ProjectId}, {CommitSha ?? "the newest commit of its branch"}", "Redeploy"))
                {
                    return;
                }

                var project = Await(Client.FindProjectIdAsync(ProjectId, StopToken));
                var deployment = Await(Client.RedeployAsync(project, CommitSha, Message, StopToken));
                if (WaitsForCompletion)
                {
                    WriteVerbose($"Started {deployment.Id}.");
                    _started.Add(deployment);
                }
                else
                {
                    WriteObject(deployment);
                }
            }
        );

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        TryInvoke(null, () => WaitFor([.. _started.Select(deployment => deployment.Id)], areNew: true));
        WriteStarted();
    }

    /// <inheritdoc/>
    private protected override void OnWritten(Deployment deployment) => _started.RemoveAll(started => started.Id == deployment.Id);

    /// <inheritdoc/>
    private protected override void WriteFailure(ServiceException failure, object? target)
    {
        if (failure.IsFatal || IsErrorActionStop)
        {
            // Nothing can be written afterwards, and a user who does not see the started deployments would start them again.
            WriteStarted();
        }

        base.WriteFailure(failure, target);
    }

    private void WriteStarted()
    {
        WriteObject(_started, enumerateCollection: true);
        _started.Clear();
    }
}
