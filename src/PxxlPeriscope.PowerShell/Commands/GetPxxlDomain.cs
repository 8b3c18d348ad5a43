using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Gets domains from Pxxl.</summary>
[Cmdlet(VerbsCommon.Get, "PxxlDomain", DefaultParameterSetName = ListSet)]
[OutputType(typeof(Domain))]
public sealed class GetPxxlDomain : PxxlCmdlet
{
    private const string ListSet = "List";
    private const string IdSet = "Id";

    private IReadOnlyList<Domain>? _all;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = IdSet)]
    [Alias("DomainId")]
    [AllowEmptyString]
    public string[] Id { get; set; } = [];

    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string[]? ProjectId { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var id in Id)
        {
            TryInvoke(id, () => WriteObject(Await(Client.GetDomainAsync(id, StopToken))));
        }

        foreach (var project in ParameterSetName == ListSet ? ProjectId ?? [null!] : [])
        {
            TryInvoke(project, () => List(project));
        }
    }

    private void List(string? project)
    {
        var id = project is null ? null : Await(Client.FindProjectIdAsync(project, StopToken));
        // One list serves all projects of a pipeline, because Pxxl cannot filter it.
        _all ??= Await(Client.GetDomainsAsync(StopToken));
        WriteMatching(_all.Where(domain => id is null || domain.ProjectId == id), domain => domain.Name, WildcardMatcher.Compile(Name));
    }
}
