using PxxlPeriscope.PowerShell.Views;

namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes ids of the newest deployments, newest first; whoever types a project or a commit is given those of it.</summary>
public sealed class DeploymentCompleter : PxxlCompleter<Deployment>
{
    private const ulong Newest = PxxlClient.LargestPage;

    private protected override async Task<IReadOnlyList<Deployment>> AskAsync(PxxlClient client, CancellationToken cancellationToken)
    {
        var found = new List<Deployment>();
        await foreach (var deployment in client.ListDeploymentsAsync(new DeploymentQuery { Wanted = Newest }, null, cancellationToken).ConfigureAwait(false))
        {
            found.Add(deployment);
            if ((ulong)found.Count == Newest)
            {
                break;
            }
        }

        return found;
    }

    private protected override IEnumerable<Suggestion> Suggest(IReadOnlyList<Deployment> found, TypedWord word) =>
        found.OrderByDescending(deployment => deployment.CreatedAt).Select(deployment => new Suggestion(deployment.Id, Tip(deployment), deployment.ProjectName, deployment.CommitSha));

    private static string Tip(Deployment deployment) => Completion.Tip(
        deployment.Status.ToString(),
        DeploymentView.Age(deployment.CreatedAt) is { } age ? $"{age} ago" : null,
        deployment.ProjectName ?? deployment.ProjectId,
        deployment.Branch,
        DeploymentView.Commit(deployment.CommitSha),
        deployment.CommitMessage);
}
