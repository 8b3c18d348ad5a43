using PxxlPeriscope.PowerShell.Views;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Pxxl.Deployments;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes the ids of the newest deployments, newest first. A typed project name or commit finds its deployments.</summary>
public sealed class DeploymentCompleter : PxxlCompleter<Deployment>
{
    private const ulong MaxDeployments = PxxlClient.MaxPageSize;

    private protected override async Task<IReadOnlyList<Deployment>> FetchAsync(PxxlClient client, CancellationToken cancellationToken)
    {
        var found = new List<Deployment>();
        await foreach (
            var deployment in client
                .ListDeploymentsAsync(new DeploymentQuery { MaxRows = MaxDeployments }, null, cancellationToken)
                .ConfigureAwait(false)
        )
        {
            found.Add(deployment);
            if ((ulong)found.Count == MaxDeployments)
            {
                break;
            }
        }

        return found;
    }

    private protected override IEnumerable<CompletionCandidate> Suggest(IReadOnlyList<Deployment> found, CompletionWord word) =>
        found
            .OrderByDescending(deployment => deployment.CreatedAt)
            .Select(deployment => new CompletionCandidate(
                deployment.Id,
                FormatToolTip(deployment),
                deployment.ProjectName,
                deployment.CommitSha
            ));

    private static string FormatToolTip(Deployment deployment) =>
        CompletionResults.FormatToolTip(
            deployment.Status.ToString(),
            DeploymentView.Age(deployment.CreatedAt) is { } age ? $"{age} ago" : null,
            deployment.ProjectName ?? deployment.ProjectId,
            deployment.Branch,
            DeploymentView.Commit(deployment.CommitSha),
            deployment.CommitMessage
        );
}
