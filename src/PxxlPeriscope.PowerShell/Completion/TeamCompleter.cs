using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes ids of teams; whoever types a name is given its id.</summary>
public class TeamCompleter : PxxlCompleter<Team>
{
    private protected sealed override bool DependsOnTeam => false;

    private protected sealed override Task<IReadOnlyList<Team>> FetchAsync(PxxlClient client, CancellationToken cancellationToken) => client.GetTeamsAsync(cancellationToken);

    private protected override IEnumerable<CompletionCandidate> Suggest(IReadOnlyList<Team> found, CompletionWord word) =>
        found.Select(team => new CompletionCandidate(team.Id, FormatToolTip(team), team.Name));

    private protected static string FormatToolTip(Team team) =>
        CompletionResults.FormatToolTip(team.Name ?? team.Id, team.MyRole, team.TotalProjects is { } projects ? $"{projects} projects" : null);
}
