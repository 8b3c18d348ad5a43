using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Gets the names of environment variables of projects, never their values.</summary>
[Cmdlet(VerbsCommon.Get, "PxxlProjectVariable")]
[OutputType(typeof(ProjectVariable))]
public sealed class GetPxxlProjectVariable : PxxlCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string[] ProjectId { get; set; } = [];

    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    [Parameter]
    public SwitchParameter Global { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var project in ProjectId)
        {
            TryInvoke(
                project,
                () =>
                {
                    var id = Await(Client.FindProjectIdAsync(project, StopToken));
                    WriteMatching(
                        Await(Client.GetVariablesAsync(id, Global, StopToken)),
                        variable => variable.Name,
                        WildcardMatcher.Compile(Name)
                    );
                }
            );
        }
    }
}
