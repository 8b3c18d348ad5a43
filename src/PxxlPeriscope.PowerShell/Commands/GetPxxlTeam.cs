using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Gets the teams that the owner of the key belongs to.</summary>
[Cmdlet(VerbsCommon.Get, "PxxlTeam", DefaultParameterSetName = ListSet)]
[OutputType(typeof(Team))]
public sealed class GetPxxlTeam : ServiceCmdlet
{
    private const string ListSet = "List";
    private const string IdSet = "Id";

    private PxxlClient? _client;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = IdSet)]
    [Alias("TeamId")]
    [TeamTransformation]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(TeamCompleter))]
    public string[] Id { get; set; } = [];

    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TeamCompleter.Names))]
    public string[]? Name { get; set; }

    [Parameter]
    [ValidateNotNull]
    public PxxlConnection? Connection { get; set; }

    private PxxlClient Client => _client ??= CreatePxxlClient(Connection);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var id in Id)
        {
            TryInvoke(id, () => WriteObject(Await(Client.GetTeamAsync(id, StopToken))));
        }

        if (ParameterSetName == ListSet)
        {
            TryInvoke(null, () => WriteMatching(Await(Client.GetTeamsAsync(StopToken)), team => team.Name, WildcardMatcher.Compile(Name)));
        }
    }
}
