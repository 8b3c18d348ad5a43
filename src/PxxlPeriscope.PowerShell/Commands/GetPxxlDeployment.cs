using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Pxxl.Deployments;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Gets deployments from Pxxl: all, those of a project, or individual ones.</summary>
[Cmdlet(VerbsCommon.Get, "PxxlDeployment", DefaultParameterSetName = ListSet, SupportsPaging = true)]
[OutputType(typeof(Deployment))]
public sealed class GetPxxlDeployment : PxxlCmdlet
{
    private const string ListSet = "List";
    private const string IdSet = "Id";
    private const string RefreshSet = "Refresh";

    private PagingFilter? _paging;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = IdSet)]
    [Alias("DeploymentId")]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(DeploymentCompleter))]
    public string[] Id { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = RefreshSet)]
    public Deployment[] InputObject { get; set; } = [];

    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string[]? ProjectId { get; set; }

    [Parameter(ParameterSetName = ListSet)]
    [ArgumentCompleter(typeof(DeploymentStatusCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Status { get; set; } = [];

    [Parameter(ParameterSetName = ListSet)]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Environment { get; set; }

    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Branch { get; set; }

    [Parameter(ParameterSetName = ListSet)]
    [TimestampTransformation]
    public DateTimeOffset? Since { get; set; }

    [Parameter(ParameterSetName = ListSet)]
    [TimestampTransformation]
    public DateTimeOffset? Until { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _paging = new PagingFilter(PagingParameters);
        foreach (var status in Status.Where(status => !DeploymentQuery.IsKnownStatus(status)))
        {
            WriteWarning($"'{status}' is not a known Pxxl status. Press Tab after -Status to list the known ones.");
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var id in ParameterSetName == RefreshSet ? InputObject.Select(deployment => deployment.Id) : Id)
        {
            if (_paging!.RowsNeeded == 0)
            {
                return;
            }

            TryInvoke(id, () => _paging.Write(Await(Client.GetDeploymentAsync(id, StopToken)), WriteObject));
        }

        if (ParameterSetName == ListSet)
        {
            foreach (var project in ProjectId ?? [null!])
            {
                TryInvoke(project, () => List(project));
            }
        }
    }

    private void List(string? project)
    {
        if (_paging!.IsSatisfied)
        {
            return;
        }

        var query = new DeploymentQuery
        {
            ProjectId = project is null ? null : Await(Client.FindProjectIdAsync(project, StopToken)),
            Status = Status,
            Environment = WildcardMatcher.Compile(Environment),
            Branch = WildcardMatcher.Compile(Branch),
            Since = Since,
            Until = Until,
            MaxRows = _paging.RowsNeeded,
        };
        var maxRows = _paging.RowsNeeded;
        long? all = null;
        ForEach(
            Client.ListDeploymentsAsync(query, total => _paging.SetTotal(all = query.IsUnfiltered ? total : null), StopToken),
            deployment => _paging.Write(deployment, WriteObject),
            "deployments",
            () => all is null ? null : (long)Math.Min((ulong)all.Value, maxRows)
        );
        _paging.WriteTotal(WriteObject);
    }
}
