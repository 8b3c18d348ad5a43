using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes names of projects where wildcards are allowed.</summary>
public sealed class ProjectNameCompleter : ProjectCompleter
{
    private protected override IEnumerable<Suggestion> Suggest(IReadOnlyList<Project> found, TypedWord word) =>
        found.Where(project => project.Name is not null)
            .GroupBy(project => project.Name!, StringComparer.OrdinalIgnoreCase)
            .OrderBy(same => same.Key, StringComparer.OrdinalIgnoreCase)
            .Select(same => new Suggestion(WildcardPattern.Escape(same.Key), same.Count() == 1 ? Tip(same.Single()) : $"{same.Count()} projects", same.Key));
}
