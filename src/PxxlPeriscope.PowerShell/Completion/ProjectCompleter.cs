using System.Management.Automation;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>
/// Completes projects. Windows PowerShell creates a completer from its type alone, so there is one type per completed field.
/// </summary>
public class ProjectCompleter : PxxlCompleter<Project>
{
    private readonly Field _field;

    /// <summary>Completes names where a name is accepted, and ids if an id is typed.</summary>
    public ProjectCompleter()
        : this(Field.NameOrId) { }

    private protected ProjectCompleter(Field field) => _field = field;

    private protected enum Field
    {
        NameOrId,
        Id,
        Name,
    }

    private protected sealed override async Task<IReadOnlyList<Project>> FetchAsync(PxxlClient client, CancellationToken cancellationToken)
    {
        var projects = new List<Project>();
        await foreach (var project in client.ListProjectsAsync(cancellationToken).ConfigureAwait(false))
        {
            projects.Add(project);
        }

        return projects;
    }

    private protected sealed override IEnumerable<CompletionCandidate> Suggest(IReadOnlyList<Project> found, CompletionWord word) =>
        _field switch
        {
            Field.Id => found
                .OrderBy(project => project.Name, StringComparer.OrdinalIgnoreCase)
                .Select(project => ById(project, project.Name)),
            Field.Name => found
                .Where(project => project.Name is not null)
                .GroupBy(project => project.Name!, StringComparer.OrdinalIgnoreCase)
                .OrderBy(same => same.Key, StringComparer.OrdinalIgnoreCase)
                .Select(same => new CompletionCandidate(
                    WildcardPattern.Escape(same.Key),
                    same.Count() == 1 ? FormatToolTip(same.Single()) : $"{same.Count()} projects",
                    same.Key
                )),
            _ => NamesAndIds(found, word),
        };

    private static IEnumerable<CompletionCandidate> NamesAndIds(IReadOnlyList<Project> found, CompletionWord word)
    {
        // A name that several projects share would be ambiguous, and one that looks like an id would be used as an id.
        var named = found
            .GroupBy(project => project.Name ?? string.Empty, StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Key.Length > 0 && same.Count() == 1 && !same.Key.StartsWith("proj_", StringComparison.Ordinal))
            .Select(same => same.Single())
            .OrderBy(project => project.Name, StringComparer.OrdinalIgnoreCase)
            .ToList();
        var others = word.Text.Length == 0 ? found.Except(named) : found;
        return
        [
            .. named.Select(project => new CompletionCandidate(project.Name!, FormatToolTip(project))),
            .. others.Select(project => ById(project, null)),
        ];
    }

    private static CompletionCandidate ById(Project project, string? typedName) => new(project.Id, FormatToolTip(project), typedName);

    private static string FormatToolTip(Project project) =>
        CompletionResults.FormatToolTip(project.Name, project.Id, project.Framework, project.Status);

    /// <summary>Completes ids where only an id is accepted. A typed name is replaced by its id.</summary>
    public sealed class Ids() : ProjectCompleter(Field.Id);

    /// <summary>Completes names where wildcards are allowed.</summary>
    public sealed class Names() : ProjectCompleter(Field.Name);
}
