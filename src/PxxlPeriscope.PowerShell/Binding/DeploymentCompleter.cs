using System.Collections;
using PxxlPeriscope.PowerShell.Views;

namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes ids of deployments, the newest first, those of the project where one is given.</summary>
public sealed class DeploymentCompleter : PxxlCompleter
{
    private const ulong Most = 50;

    private protected override string What(IDictionary bound) => $"deployments {Project(bound)}";

    private protected override async Task<IReadOnlyList<Suggestion>> AskAsync(PxxlClient client, IDictionary bound)
    {
        var project = Project(bound);
        var query = new DeploymentQuery { ProjectId = project is null ? null : await client.FindProjectIdAsync(project).ConfigureAwait(false), Wanted = Most };
        var found = new List<Deployment>();
        await foreach (var deployment in client.ListDeploymentsAsync(query).ConfigureAwait(false))
        {
            found.Add(deployment);
            if ((ulong)found.Count == Most)
            {
                break;
            }
        }

        return [.. found.OrderByDescending(deployment => deployment.CreatedAt).Select(deployment => new Suggestion(deployment.Id, Tip(deployment)))];
    }

    private static string? Project(IDictionary bound) => (bound["ProjectId"] as IEnumerable<object>)?.FirstOrDefault() as string ?? bound["ProjectId"] as string;

    private static string Tip(Deployment deployment)
    {
        var age = DeploymentView.Age(deployment.CreatedAt) is { } span ? span + " ago" : null;
        var parts = new[] { deployment.Status.ToString(), age, deployment.ProjectName, deployment.Branch, DeploymentView.Commit(deployment.CommitSha), deployment.CommitMessage };
        return string.Join(", ", parts.Where(part => !string.IsNullOrEmpty(part)).Select(part => Printable.Line(part!, 60)));
    }
}
