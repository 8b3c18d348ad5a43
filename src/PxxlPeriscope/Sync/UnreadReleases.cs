using PxxlPeriscope.Reports.Conversion;

namespace PxxlPeriscope.Sync;

/// <summary>
/// Deployments that were running and could not be read again. Any of them may have gone live meanwhile, so nobody can say which commit another
/// release of the same service and environment took the place of.
/// </summary>
/// <param name="unread">The deployments.</param>
/// <param name="projectNames">Names by the project's id, for what was kept without one.</param>
/// <param name="conversion">Says of which service and environment a deployment is.</param>
internal sealed class UnreadReleases(
    IEnumerable<SyncState.RunningDeployment> unread,
    IReadOnlyDictionary<string, string> projectNames,
    ReportConverter conversion
)
{
    private readonly List<Unread> _unread =
    [
        .. unread.Select(running =>
        {
            var name = running.ProjectName ?? (running.ProjectId is { } id && projectNames.TryGetValue(id, out var known) ? known : null);
            var (service, environment) = conversion.GetTarget(
                new Deployment
                {
                    Id = running.Id,
                    ProjectId = running.ProjectId,
                    ProjectName = name,
                    Environment = running.Environment,
                }
            );
            return new Unread(running.ProjectId, service, running.Environment is null ? null : environment);
        }),
    ];

    /// <summary>Whether one of them may be of the service and environment of this deployment. Of what is not known, it may.</summary>
    internal bool MayPrecede(Deployment deployment)
    {
        if (_unread.Count == 0)
        {
            return false;
        }

        var (service, environment) = conversion.GetTarget(deployment);
        return _unread.Any(unread =>
            (
                unread.Service is null
                || unread.Service == service
                || (unread.ProjectId is not null && unread.ProjectId == deployment.ProjectId)
            ) && (unread.Environment is null || unread.Environment == environment)
        );
    }

    private sealed record Unread(string? ProjectId, string? Service, string? Environment);
}
