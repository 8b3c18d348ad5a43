using System.Management.Automation;
using PxxlPeriscope.PowerShell.Binding;
using PxxlPeriscope.PowerShell.Running;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Reads projects from Pxxl.</summary>
[Cmdlet(VerbsCommon.Get, "PxxlProject", DefaultParameterSetName = ListSet)]
[OutputType(typeof(Project))]
public sealed class GetPxxlProject : PxxlCmdlet
{
    private const string ListSet = "List";
    private const string IdSet = "Id";

    /// <summary>Only these projects, by id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = IdSet)]
    [Alias("Id")]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(ProjectIdCompleter))]
    public string[] ProjectId { get; set; } = [];

    /// <summary>Only projects of these names; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ProjectNameCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var id in ProjectId)
        {
            Try(id, () => WriteObject(Await(Client.GetProjectAsync(id, StopToken))));
        }

        if (ParameterSetName == ListSet)
        {
            Try(null, List);
        }
    }

    private void List()
    {
        var isWanted = Wildcards.Any(Name);
        ForEach(Client.ListProjectsAsync(StopToken), project =>
        {
            if (isWanted is null || (project.Name is { } name && isWanted(name)))
            {
                WriteObject(project);
            }

            return true;
        }, "projects");
    }
}
