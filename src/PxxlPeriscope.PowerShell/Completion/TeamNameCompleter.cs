using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes names of teams where wildcards are allowed.</summary>
public sealed class TeamNameCompleter : TeamCompleter
{
    private protected override IEnumerable<CompletionCandidate> Suggest(IReadOnlyList<Team> found, CompletionWord word) =>
        found.Where(team => team.Name is not null).Select(team => new CompletionCandidate(WildcardPattern.Escape(team.Name), FormatToolTip(team), team.Name));
}
