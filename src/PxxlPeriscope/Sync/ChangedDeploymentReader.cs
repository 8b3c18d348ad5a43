using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Sync;

/// <summary>
/// Reads from Pxxl what has changed since the last run: the deployments listed since then, and those that were running at that time.
/// </summary>
internal sealed class ChangedDeploymentReader(
    PxxlClient pxxl,
    SyncState state,
    ReportConverter conversion,
    CallLog log,
    Func<Task>? progressed
)
{
    /// <summary>How far back a first run reads.</summary>
    internal static readonly TimeSpan InitialLookback = TimeSpan.FromDays(30);

    private const string AllProjects = "*";
    private const int MaxConsecutiveFailures = 3;

    /// <summary>Read again in each run, because the order of the list is not guaranteed and clocks may differ.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>
    /// A deployment that Pxxl has not had for this long is deleted, and not just invisible to the key or team of a run.
    /// </summary>
    private static readonly TimeSpan DeletionGracePeriod = TimeSpan.FromDays(7);

    private readonly TimeProvider _time = conversion.TimeProvider;

    /// <summary>The maximum number of deployments to keep, so that an endless list does not use all memory.</summary>
    internal required int MaximumDeployments { get; init; }

    /// <summary>Whether reading stopped at that limit. Lists start with the newest deployments, so older ones were not read.</summary>
    internal bool IsTruncated { get; private set; }

    /// <summary>The deployments that may have changed, by id.</summary>
    internal Dictionary<string, Deployment> Deployments { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether all lists were read completely.</summary>
    internal bool IsComplete { get; private set; } = true;

    /// <summary>The creation time up to which this run has read.</summary>
    internal Dictionary<(string Scope, string Project), DateTimeOffset> ReadUntil { get; } = [];

    /// <summary>The running deployments that could not be read again.</summary>
    internal Dictionary<string, SyncState.RunningDeployment> StillRunning { get; } = new(StringComparer.Ordinal);

    /// <summary>The number of running deployments that Pxxl no longer has.</summary>
    internal int MissingCount { get; private set; }

    /// <param name="projectIds">The projects to read; null for all.</param>
    /// <param name="since">The latest time to start from.</param>
    /// <param name="cancellationToken">Cancels the current request.</param>
    internal async Task ReadAsync(IReadOnlyCollection<string>? projectIds, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        foreach (var project in projectIds ?? [AllProjects])
        {
            IsComplete &= !IsTruncated && await ReadProjectAsync(project, since, cancellationToken).ConfigureAwait(false);
        }

        if (IsTruncated)
        {
            log.Warning?.Invoke(CreateTruncatedException(Deployments.Count).Message);
        }

        await RefreshRunningAsync(projectIds, cancellationToken).ConfigureAwait(false);
        await FillProjectNamesAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static ServiceException CreateTruncatedException(int read) =>
        new(
            ServiceName.Pxxl,
            StateFailure.TooManyDeployments,
            $"Reading Pxxl stopped after {read} new or changed deployments, the maximum that one run keeps in memory. "
                + "They are reported. Older ones were not read, and the next run starts where this one did."
        );

    /// <returns>Whether everything was read. If not, a warning was written, and the next run starts where this one did.</returns>
    private async Task<bool> ReadProjectAsync(string project, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var until = GetReadUntil(project);
        var from = (until - Overlap) ?? since ?? now - InitialLookback;
        from = since < from ? since.Value : from;
        var newest = until ?? from;
        var newestByProject = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var isComplete = await pxxl.ReadUntilAsync(
                project == AllProjects ? null : project,
                page => IsTruncated || page.All(deployment => deployment.CreatedAt < from),
                async deployment =>
                {
                    await ProgressedAsync().ConfigureAwait(false);
                    if (!(deployment.CreatedAt < from) || state.Running.ContainsKey(deployment.Id) || HasChanged(deployment))
                    {
                        if (Deployments.Count >= MaximumDeployments && !Deployments.ContainsKey(deployment.Id))
                        {
                            // The next page, which may already be loading, is the last one that is requested.
                            IsTruncated = true;
                            return;
                        }

                        Deployments[deployment.Id] = deployment;
                    }

                    if (deployment.CreatedAt > newest)
                    {
                        newest = deployment.CreatedAt.Value;
                    }

                    if (
                        deployment is { ProjectId: { } id, CreatedAt: { } created }
                        && newestByProject.Count < MaximumDeployments
                        && !(newestByProject.TryGetValue(id, out var known) && known > created)
                    )
                    {
                        newestByProject[id] = created;
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        if (!isComplete || IsTruncated)
        {
            return false;
        }

        // A creation time in the future, due to any clock, must not hide deployments that are created until then.
        newestByProject[project] = newest;
        foreach (var entry in newestByProject)
        {
            ReadUntil[(pxxl.Scope, entry.Key)] = entry.Value < now ? entry.Value : now;
        }

        return true;
    }

    private Task ProgressedAsync() => progressed?.Invoke() ?? Task.CompletedTask;

    /// <summary>Whether a deployment that was reported long ago has a different status now, for example after a rollback.</summary>
    private bool HasChanged(Deployment deployment) =>
        state.Ledger.Find(ReportConverter.ToReportId(deployment.Id))?.Status is { } sent
        && ReportConverter.ToReportStatus(deployment) is { } status
        && status != sent;

    /// <summary>Returns how far a project was read, by runs over this project or over all projects.</summary>
    private DateTimeOffset? GetReadUntil(string project)
    {
        DateTimeOffset? allUntil = state.ReadUntil.TryGetValue((pxxl.Scope, AllProjects), out var found) ? found : null;
        DateTimeOffset? ownUntil = state.ReadUntil.TryGetValue((pxxl.Scope, project), out found) ? found : null;
        return ownUntil is null || allUntil > ownUntil ? allUntil : ownUntil;
    }

    private async Task RefreshRunningAsync(IReadOnlyCollection<string>? projectIds, CancellationToken cancellationToken)
    {
        var failures = 0;
        foreach (var running in state.Running.Values.Where(running => !Deployments.ContainsKey(running.Id)))
        {
            if (
                failures == MaxConsecutiveFailures
                || !IsInReach(running, projectIds)
                || !(running.IsDue(_time.GetUtcNow()) || MayPrecedeNewRelease(running))
            )
            {
                StillRunning.Add(running.Id, running);
                continue;
            }

            await ProgressedAsync().ConfigureAwait(false);
            try
            {
                Deployments[running.Id] = await pxxl.GetDeploymentAsync(running.Id, cancellationToken).ConfigureAwait(false);
                failures = 0;
            }
            catch (ServiceException exception) when (exception.Cause is CallFailure.NotFound)
            {
                var since = running.MissingSince ?? _time.GetUtcNow();
                var isDeleted = _time.GetUtcNow() - since > DeletionGracePeriod;
                log.Warning?.Invoke(
                    $"The deployment {Printable.ToSingleLine(running.Id, 80)} was running, but Pxxl no longer has it. "
                        + (
                            isDeleted
                                ? "It will not be checked again; Periscope keeps the last reported status."
                                : "It will be checked again in the next run."
                        )
                );
                MissingCount++;
                if (!isDeleted)
                {
                    StillRunning.Add(running.Id, running with { MissingSince = since });
                }
            }
            catch (ServiceException failure) when (!failure.IsFatal)
            {
                // An error for one deployment must not prevent reporting the others.
                failures++;
                log.Warning?.Invoke(
                    $"The running deployment {Printable.ToSingleLine(running.Id, 80)} could not be read. "
                        + $"It will be checked again in the next run. {failure.Message}"
                );
                StillRunning.Add(running.Id, running);
            }
        }
    }

    /// <summary>Whether the key, team and projects of this run can read the deployment.</summary>
    private bool IsInReach(SyncState.RunningDeployment running, IReadOnlyCollection<string>? projectIds) =>
        running.Scope == pxxl.Scope && (projectIds is null || (running.ProjectId is { } project && projectIds.Contains(project)));

    /// <summary>
    /// Whether a release that will be reported may have replaced this deployment. Its previous commit is unknown until this one is read.
    /// </summary>
    private bool MayPrecedeNewRelease(SyncState.RunningDeployment running)
    {
        var unread = new UnreadReleases([running], state.ProjectNames, conversion);
        return Deployments.Values.Any(deployment =>
            ReportConverter.ToReportStatus(deployment) == ReportStatus.Success
            && state.Ledger.Find(ReportConverter.ToReportId(deployment.Id))?.Status != ReportStatus.Success
            && unread.MayPrecede(deployment)
        );
    }

    /// <summary>
    /// Sets the project name of each deployment, even if its own row only has the id, so that one project does not become two services.
    /// (docs/facts/pxxl-api.md, "Deployments": neither field is guaranteed.)
    /// </summary>
    private async Task FillProjectNamesAsync(CancellationToken cancellationToken)
    {
        var names = state.ProjectNames;
        foreach (var deployment in Deployments.Values.OrderBy(deployment => deployment.CreatedAt))
        {
            if (deployment is { ProjectId: { } id, ProjectName: { } name })
            {
                names[id] = name;
            }
        }

        var unnamed = Deployments.Values.Where(deployment => deployment is { ProjectId: not null, ProjectName: null }).ToList();
        if (unnamed.Any(deployment => !names.ContainsKey(deployment.ProjectId!)))
        {
            try
            {
                await foreach (var project in pxxl.ListProjectsAsync(cancellationToken).ConfigureAwait(false))
                {
                    names[project.Id] = project.Name ?? project.Id;
                }
            }
            catch (ServiceException failure) when (!failure.IsFatal)
            {
                log.Warning?.Invoke(
                    "Some deployments have no project name, and the projects cannot be read. "
                        + $"The project id is reported as the service. {failure.Message}"
                );
            }
        }

        foreach (var deployment in unnamed)
        {
            if (names.TryGetValue(deployment.ProjectId!, out var name))
            {
                Deployments[deployment.Id] = deployment with { ProjectName = name };
            }
        }
    }
}
