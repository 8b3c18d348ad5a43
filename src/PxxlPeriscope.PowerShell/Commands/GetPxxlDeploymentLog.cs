using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Pxxl.Logs;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Reads the log of deployments or projects line by line, and goes on as it grows.</summary>
[Cmdlet(VerbsCommon.Get, "PxxlDeploymentLog", DefaultParameterSetName = IdSet)]
[OutputType(typeof(LogLine))]
public sealed class GetPxxlDeploymentLog : PxxlCmdlet
{
    private const string IdSet = "Id";
    private const string DeploymentSet = "Deployment";
    private const string ProjectSet = "Project";

    /// <summary>Ids of deployments.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = IdSet)]
    [Alias("DeploymentId")]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(DeploymentCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>Deployments, from <c>Get-PxxlDeployment</c>.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = DeploymentSet)]
    public Deployment[] InputObject { get; set; } = [];

    /// <summary>Projects, by id or name: what their running release writes.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ProjectSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string[] ProjectId { get; set; } = [];

    /// <summary>Build: how it was built and released. Runtime: what the running release writes.</summary>
    [Parameter(ParameterSetName = IdSet)]
    [Parameter(ParameterSetName = DeploymentSet)]
    public LogSource Source { get; set; }

    /// <summary>Only the last so many lines, and with -Follow what comes after them.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    /// <summary>Only lines of this time or later: a date, or a span before now such as 15m. Lines without a time are kept.</summary>
    [Parameter]
    [TimestampTransformation]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Goes on with what is written meanwhile: a build log to the end of its deployment, a runtime log until it is stopped.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <summary>Seconds between two reads with -Follow; 5 or more, since Pxxl asks for no tight loops.</summary>
    [Parameter]
    [ValidateRange(5, 3600)]
    public int PollIntervalSec { get; set; } = (int)LogQuery.MinInterval.TotalSeconds;

    /// <summary>Ends -Follow after so many seconds.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int? TimeoutSec { get; set; }

    /// <summary>Leaves control characters and escape sequences in the text.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    private LogQuery Query => new()
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

    private void Write(LogQuery query) => ForEach(Client.ReadLogAsync(query, StopToken), line =>
    {
        WriteObject(line);
        return true;
    }, "lines");
}
