using PxxlPeriscope.Reports.Conversion;

namespace PxxlPeriscope.Sync;

/// <summary>
/// Deployments that were running and could not be read again. Any of them may have gone live in the meantime, so the previous commit of
/// another release of the same service and environment is unknown.
/// </summary>
/// <param name="unread">The deployments.</param>
/// <param name="projectNames">Names by project id, for deployments that were stored without a name.</param>
/// <param name="conversion">Determines the service and environment of a deployment.</param>
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

    /// <summary>Whether one of the deployments may have the same service and environment. An unknown value may be any.</summary>
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
