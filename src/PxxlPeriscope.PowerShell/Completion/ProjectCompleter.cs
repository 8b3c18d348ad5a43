using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes projects where a name will do: their names, and their ids for whoever begins to type one.</summary>
public class ProjectCompleter : PxxlCompleter<Project>
{
    private protected sealed override async Task<IReadOnlyList<Project>> FetchAsync(PxxlClient client, CancellationToken cancellationToken)
    {
        var projects = new List<Project>();
        await foreach (var project in client.ListProjectsAsync(cancellationToken).ConfigureAwait(false))
        {
            projects.Add(project);
        }

        return projects;
    }

    private protected override IEnumerable<CompletionCandidate> Suggest(IReadOnlyList<Project> found, CompletionWord word)
    {
        // A name that several have would be asked back for, and one that looks like an id would be taken for one.
        var named = found.GroupBy(project => project.Name ?? string.Empty, StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Key.Length > 0 && same.Count() == 1 && !same.Key.StartsWith("proj_", StringComparison.Ordinal))
            .Select(same => same.Single())
            .OrderBy(project => project.Name, StringComparer.OrdinalIgnoreCase)
            .ToList();
        var others = word.Text.Length == 0 ? found.Except(named) : found;
        return [.. named.Select(project => new CompletionCandidate(project.Name!, FormatToolTip(project))), .. others.Select(project => new CompletionCandidate(project.Id, FormatToolTip(project)))];
    }

    private protected static string FormatToolTip(Project project) => CompletionResults.FormatToolTip(project.Name, project.Id, project.Framework, project.Status);
}
