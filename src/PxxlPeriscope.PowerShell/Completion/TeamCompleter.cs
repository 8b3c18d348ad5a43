using System.Management.Automation;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes teams; see <see cref="ProjectCompleter"/> for why there is a type for names.</summary>
public class TeamCompleter : PxxlCompleter<Team>
{
    private readonly bool _areNames;

    /// <summary>Ids; whoever types a name is given its id.</summary>
    public TeamCompleter()
        : this(areNames: false) { }

    private protected TeamCompleter(bool areNames) => _areNames = areNames;

    private protected sealed override bool DependsOnTeam => false;

    private protected sealed override Task<IReadOnlyList<Team>> FetchAsync(PxxlClient client, CancellationToken cancellationToken) =>
        client.GetTeamsAsync(cancellationToken);

    private protected sealed override IEnumerable<CompletionCandidate> Suggest(IReadOnlyList<Team> found, CompletionWord word) =>
        found
            .Where(team => !_areNames || team.Name is not null)
            .Select(team => new CompletionCandidate(
                _areNames ? WildcardPattern.Escape(team.Name) : team.Id,
                FormatToolTip(team),
                team.Name
            ));

    private static string FormatToolTip(Team team) =>
        CompletionResults.FormatToolTip(
            team.Name ?? team.Id,
            team.MyRole,
            team.TotalProjects is { } projects ? $"{projects} projects" : null
        );

    /// <summary>Names where wildcards are allowed.</summary>
    public sealed class Names() : TeamCompleter(areNames: true);
}
