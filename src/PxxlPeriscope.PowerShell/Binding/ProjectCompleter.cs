using System.Collections;

namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes projects: their names, and their ids for whoever begins to type one.</summary>
public sealed class ProjectCompleter : PxxlCompleter
{
    private protected override string What(IDictionary bound) => "projects";

    private protected override async Task<IReadOnlyList<Suggestion>> AskAsync(PxxlClient client, IDictionary bound)
    {
        var projects = new List<Project>();
        await foreach (var project in client.ListProjectsAsync().ConfigureAwait(false))
        {
            projects.Add(project);
        }

        // A name that several have would be asked back for.
        var names = projects.Where(project => project.Name is not null).GroupBy(project => project.Name!, StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Count() == 1).Select(same => Of(same.Key, same.Single())).OrderBy(each => each.Text, StringComparer.OrdinalIgnoreCase);
        return [.. names, .. projects.Select(project => Of(project.Id, project))];
    }

    private static Suggestion Of(string text, Project project) =>
        new(text, string.Join(", ", new[] { project.Name, project.Id, project.Framework, project.Status }.Where(part => !string.IsNullOrEmpty(part)).Select(part => Printable.Line(part!, 80))));
}
