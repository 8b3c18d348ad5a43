namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes ids of projects where only an id will do; whoever types a name is given its id.</summary>
public sealed class ProjectIdCompleter : ProjectCompleter
{
    private protected override IEnumerable<Suggestion> Suggest(IReadOnlyList<Project> found, TypedWord word) =>
        found.OrderBy(project => project.Name, StringComparer.OrdinalIgnoreCase).Select(project => new Suggestion(project.Id, Tip(project), project.Name));
}
