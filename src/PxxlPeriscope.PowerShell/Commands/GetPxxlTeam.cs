using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Reads the teams that the key's owner belongs to.</summary>
[Cmdlet(VerbsCommon.Get, "PxxlTeam", DefaultParameterSetName = ListSet)]
[OutputType(typeof(Team))]
public sealed class GetPxxlTeam : ServiceCmdlet
{
    private const string ListSet = "List";
    private const string IdSet = "Id";

    private PxxlClient? _client;

    /// <summary>Only these teams, by id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = IdSet)]
    [Alias("TeamId")]
    [TeamTransformation]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(TeamCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>Only teams of these names; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TeamNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>A connection of <c>Connect-Pxxl</c>, instead of the session's or the environment's.</summary>
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
