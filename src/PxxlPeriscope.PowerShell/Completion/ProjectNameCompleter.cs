using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes names of projects where wildcards are allowed.</summary>
public sealed class ProjectNameCompleter : ProjectCompleter
{
    private protected override IEnumerable<CompletionCandidate> Suggest(IReadOnlyList<Project> found, CompletionWord word) =>
        found.Where(project => project.Name is not null)
            .GroupBy(project => project.Name!, StringComparer.OrdinalIgnoreCase)
            .OrderBy(same => same.Key, StringComparer.OrdinalIgnoreCase)
            .Select(same => new CompletionCandidate(WildcardPattern.Escape(same.Key), same.Count() == 1 ? FormatToolTip(same.Single()) : $"{same.Count()} projects", same.Key));
}
