using System.Management.Automation;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes teams. See <see cref="ProjectCompleter"/> for why names have their own type.</summary>
public class TeamCompleter : PxxlCompleter<Team>
{
    private readonly bool _completesNames;

    /// <summary>Completes ids. A typed name is replaced by its id.</summary>
    public TeamCompleter()
        : this(completesNames: false) { }

    private protected TeamCompleter(bool completesNames) => _completesNames = completesNames;

    private protected sealed override bool DependsOnTeam => false;

    private protected sealed override Task<IReadOnlyList<Team>> FetchAsync(PxxlClient client, CancellationToken cancellationToken) =>
        client.GetTeamsAsync(cancellationToken);

    private protected sealed override IEnumerable<CompletionCandidate> Suggest(IReadOnlyList<Team> found, CompletionWord word) =>
        found
            .Where(team => !_completesNames || team.Name is not null)
            .Select(team => new CompletionCandidate(
                _completesNames ? WildcardPattern.Escape(team.Name) : team.Id,
                FormatToolTip(team),
                team.Name
            ));

    private static string FormatToolTip(Team team) =>
        CompletionResults.FormatToolTip(
            team.Name ?? team.Id,
            team.MyRole,
            team.TotalProjects is { } projects ? $"{projects} projects" : null
        );

    /// <summary>Completes names where wildcards are allowed.</summary>
    public sealed class Names() : TeamCompleter(completesNames: true);
}
