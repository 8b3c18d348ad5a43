namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes ids of projects where only an id will do; whoever types a name is given its id.</summary>
public sealed class ProjectIdCompleter : ProjectCompleter
{
    private protected override IEnumerable<CompletionCandidate> Suggest(IReadOnlyList<Project> found, CompletionWord word) =>
        found.OrderBy(project => project.Name, StringComparer.OrdinalIgnoreCase).Select(project => new CompletionCandidate(project.Id, FormatToolTip(project), project.Name));
}
