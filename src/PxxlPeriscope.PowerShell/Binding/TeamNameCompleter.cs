using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes names of teams where wildcards are allowed.</summary>
public sealed class TeamNameCompleter : TeamCompleter
{
    private protected override IEnumerable<Suggestion> Suggest(IReadOnlyList<Team> found, TypedWord word) =>
        found.Where(team => team.Name is not null).Select(team => new Suggestion(WildcardPattern.Escape(team.Name), Tip(team), team.Name));
}
