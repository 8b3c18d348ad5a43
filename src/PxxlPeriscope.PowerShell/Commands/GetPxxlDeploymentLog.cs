using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Pxxl.Logs;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Gets the log of deployments or projects line by line, and follows it as it grows.</summary>
[Cmdlet(VerbsCommon.Get, "PxxlDeploymentLog", DefaultParameterSetName = IdSet)]
[OutputType(typeof(LogLine))]
public sealed class GetPxxlDeploymentLog : PxxlCmdlet
{
    private const string IdSet = "Id";
    private const string DeploymentSet = "Deployment";
    private const string ProjectSet = "Project";

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = IdSet)]
    [Alias("DeploymentId")]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(DeploymentCompleter))]
    public string[] Id { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = DeploymentSet)]
    public Deployment[] InputObject { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ProjectSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string[] ProjectId { get; set; } = [];

    [Parameter(ParameterSetName = IdSet)]
    [Parameter(ParameterSetName = DeploymentSet)]
    public LogSource Source { get; set; }

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    [Parameter]
    [TimestampTransformation]
    public DateTimeOffset? Since { get; set; }

    [Parameter]
    public SwitchParameter Follow { get; set; }

    [Parameter]
    [ValidateRange(5, 3600)]
    public int PollIntervalSec { get; set; } = (int)LogQuery.MinInterval.TotalSeconds;

    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int? TimeoutSec { get; set; }

    [Parameter]
    public SwitchParameter Raw { get; set; }

    private LogQuery Query =>
        new()
        {
            Source = Source,
            Tail = Tail,
            Since = Since,
            Raw = Raw,
            Follow = Follow,
            Interval = TimeSpan.FromSeconds(PollIntervalSec),
            TimeLimit = TimeoutSec is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var id in ParameterSetName == DeploymentSet ? InputObject.Select(deployment => deployment.Id) : Id)
        {
            TryInvoke(id, () => Write(Query with { DeploymentId = id }));
        }

        foreach (var project in ProjectId)
        {
            TryInvoke(project, () => Write(Query with { ProjectId = Await(Client.FindProjectIdAsync(project, StopToken)) }));
        }
    }

    private void Write(LogQuery query) =>
        ForEach(
            Client.ReadLogAsync(query, StopToken),
            line =>
            {
                WriteObject(line);
                return true;
            },
            "lines"
        );
}
