using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Sync;

/// <summary>Reads from Pxxl what changed since the last run: what it lists back to where that run came, and what was running then.</summary>
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

    /// <summary>Read again in each run: the order of the list is not promised, and neither is that all clocks agree.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>What Pxxl has not known for so long is gone, and not only out of sight of the key or team of a run.</summary>
    private static readonly TimeSpan DeletionGracePeriod = TimeSpan.FromDays(7);

    private readonly TimeProvider _time = conversion.TimeProvider;

    /// <summary>How many deployments are kept at most: a list without an end must not take all memory.</summary>
    internal required int MaximumDeployments { get; init; }

    /// <summary>Whether reading ended since there were more. The lists begin with the newest, so it is older ones that were not read.</summary>
    internal bool IsTruncated { get; private set; }

    /// <summary>What may have changed, by id.</summary>
    internal Dictionary<string, Deployment> Deployments { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether all lists were whole.</summary>
    internal bool IsComplete { get; private set; } = true;

    /// <summary>How far was read now.</summary>
    internal Dictionary<(string Scope, string Project), DateTimeOffset> ReadUntil { get; } = [];

    /// <summary>What was running and could not be read again.</summary>
    internal Dictionary<string, SyncState.RunningDeployment> StillRunning { get; } = new(StringComparer.Ordinal);

    /// <summary>How many of those that were running Pxxl does not know.</summary>
    internal int MissingCount { get; private set; }

    /// <param name="projectIds">Only these projects; null for all.</param>
    /// <param name="since">At least so far back.</param>
    /// <param name="cancellationToken">Ends the request in flight.</param>
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
            $"Reading Pxxl ended after {read} deployments that are new or changed, which is as many as one run keeps in memory. "
                + "They are reported; the older ones were not read, and the next run begins where this one did."
        );

    /// <returns>Whether all was read. If not, a warning has said so, and the next run begins where this one did.</returns>
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
                            // The page after this one, which may be under way already, is the last that is asked for.
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

        // A creation time in the future, from whatever clock, must not hide what is created until then.
        newestByProject[project] = newest;
        foreach (var entry in newestByProject)
        {
            ReadUntil[(pxxl.Scope, entry.Key)] = entry.Value < now ? entry.Value : now;
        }

        return true;
    }

    private Task ProgressedAsync() => progressed?.Invoke() ?? Task.CompletedTask;

    /// <summary>Whether a deployment that was reported long ago has another status now, such as a rollback.</summary>
    private bool HasChanged(Deployment deployment) =>
        state.Ledger.Find(ReportConverter.ToReportId(deployment.Id))?.Status is { } sent
        && ReportConverter.ToReportStatus(deployment) is { } status
        && status != sent;

    /// <summary>What a run over all projects has read, a run over one need not read again.</summary>
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
                    $"The deployment {Printable.ToSingleLine(running.Id, 80)} was running, and Pxxl does not know it any more. "
                        + (isDeleted ? "It is given up; Periscope keeps what it was told last." : "It will be asked for again.")
                );
                MissingCount++;
                if (!isDeleted)
                {
                    StillRunning.Add(running.Id, running with { MissingSince = since });
                }
            }
            catch (ServiceException failure) when (!failure.IsFatal)
            {
                // One that cannot be read must not keep the others from being reported.
                failures++;
                log.Warning?.Invoke(
                    $"The deployment {Printable.ToSingleLine(running.Id, 80)} was running and will be asked for again in the next run. {failure.Message}"
                );
                StillRunning.Add(running.Id, running);
            }
        }
    }

    /// <summary>Whether the key, team and projects of this run are those with which it can be read.</summary>
    private bool IsInReach(SyncState.RunningDeployment running, IReadOnlyCollection<string>? projectIds) =>
        running.Scope == pxxl.Scope && (projectIds is null || (running.ProjectId is { } project && projectIds.Contains(project)));

    /// <summary>Whether there is a release to be reported that may have taken its place: which one was before cannot be said without reading it.</summary>
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
    /// Gives each deployment its project's name, also where its own row has only the id: one project must not be two services.
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
                    $"Some deployments come without their project's name, and the projects cannot be read: the id is reported as the service. {failure.Message}"
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
