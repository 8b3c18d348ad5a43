using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Waits until deployments are live or have failed.</summary>
[Cmdlet(VerbsLifecycle.Wait, "PxxlDeployment", DefaultParameterSetName = IdSet)]
[OutputType(typeof(Deployment))]
public sealed class WaitPxxlDeployment : WaitCmdlet
{
    private const string IdSet = "Id";
    private const string DeploymentSet = "Deployment";

    private readonly List<string> _ids = [];

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = IdSet)]
    [Alias("DeploymentId")]
    [ArgumentCompleter(typeof(DeploymentCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = DeploymentSet)]
    [ValidateNotNull]
    public Deployment[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        _ids.AddRange(ParameterSetName == DeploymentSet ? InputObject.Select(deployment => deployment.Id) : Id);

    /// <inheritdoc/>
    protected override void EndProcessing() => TryInvoke(null, () => WaitFor(_ids));
}
