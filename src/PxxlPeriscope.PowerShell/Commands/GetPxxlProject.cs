using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Gets projects from Pxxl.</summary>
[Cmdlet(VerbsCommon.Get, "PxxlProject", DefaultParameterSetName = ListSet)]
[OutputType(typeof(Project))]
public sealed class GetPxxlProject : PxxlCmdlet
{
    private const string ListSet = "List";
    private const string IdSet = "Id";

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = IdSet)]
    [Alias("Id")]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(ProjectCompleter.Ids))]
    public string[] ProjectId { get; set; } = [];

    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ProjectCompleter.Names))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var id in ProjectId)
        {
            TryInvoke(id, () => WriteObject(Await(Client.GetProjectAsync(id, StopToken))));
        }

        if (ParameterSetName == ListSet)
        {
            TryInvoke(null, List);
        }
    }

    private void List()
    {
        var isWanted = WildcardMatcher.Compile(Name);
        ForEach(
            Client.ListProjectsAsync(StopToken),
            project =>
            {
                if (isWanted is null || (project.Name is { } name && isWanted(name)))
                {
                    WriteObject(project);
                }

                return true;
            },
            "projects"
        );
    }
}
