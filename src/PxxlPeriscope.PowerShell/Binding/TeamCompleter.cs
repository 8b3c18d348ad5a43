namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes ids of teams; whoever types a name is given its id.</summary>
public class TeamCompleter : PxxlCompleter<Team>
{
    private protected sealed override bool DependsOnTeam => false;

    private protected sealed override Task<IReadOnlyList<Team>> AskAsync(PxxlClient client, CancellationToken cancellationToken) => client.GetTeamsAsync(cancellationToken);

    private protected override IEnumerable<Suggestion> Suggest(IReadOnlyList<Team> found, TypedWord word) =>
        found.Select(team => new Suggestion(team.Id, Tip(team), team.Name));

    private protected static string Tip(Team team) =>
        Completion.Tip(team.Name ?? team.Id, team.MyRole, team.TotalProjects is { } projects ? $"{projects} projects" : null);
}
