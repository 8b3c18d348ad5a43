using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Reports.Conversion;

namespace PxxlPeriscope.Sync;

/// <summary>Reads from Pxxl what changed since the last run: what it lists back to where that run came, and what was running then.</summary>
internal sealed class ChangedDeploymentReader(PxxlClient pxxl, SyncState state, TimeProvider time, CallLog log, Func<Task>? progressed)
{
    /// <summary>How far back a first run reads.</summary>
    internal static readonly TimeSpan InitialLookback = TimeSpan.FromDays(30);

    private const string AllProjects = "*";
    private const int MaxConsecutiveFailures = 3;

    /// <summary>Read again in each run: the order of the list is not promised, and neither is that all clocks agree.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>What Pxxl has not known for so long is gone, and not only out of sight of the key or team of a run.</summary>
    private static readonly TimeSpan DeletionGracePeriod = TimeSpan.FromDays(7);

    /// <summary>What may have changed, by id.</summary>
    internal Dictionary<string, Deployment> Deployments { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether all lists were whole.</summary>
    internal bool IsComplete { get; private set; } = true;

    /// <summary>How far was read now.</summary>
    internal Dictionary<(string Scope, string Project), DateTimeOffset> ReadUntil { get; } = [];

    /// <summary>What was running and could not be read again.</summary>
    internal Dictionary<string, RunningDeployment> StillRunning { get; } = new(StringComparer.Ordinal);

    /// <summary>How many of those that were running Pxxl does not know.</summary>
    internal int MissingCount { get; private set; }

    /// <param name="projectIds">Only these projects; null for all.</param>
    /// <param name="since">At least so far back.</param>
    /// <param name="cancellationToken">Ends the request in flight.</param>
    internal async Task ReadAsync(IReadOnlyCollection<string>? projectIds, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        foreach (var project in projectIds ?? [AllProjects])
        {
            IsComplete &= await ReadProjectAsync(project, since, cancellationToken).ConfigureAwait(false);
        }

        await RefreshRunningAsync(projectIds, cancellationToken).ConfigureAwait(false);
        await FillProjectNamesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Whether all was read. If not, a warning has said so, and the next run begins where this one did.</returns>
    private async Task<bool> ReadProjectAsync(string project, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = GetReadUntil(project);
        var from = (until - Overlap) ?? since ?? now - InitialLookback;
        from = since < from ? since.Value : from;
        var newest = until ?? from;
        var newestByProject = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var isComplete = await pxxl.ReadUntilAsync(
                project == AllProjects ? null : project,
                page => page.All(deployment => deployment.CreatedAt < from),
                async deployment =>
                {
                    await ProgressedAsync().ConfigureAwait(false);
                    if (!(deployment.CreatedAt < from) || state.Running.ContainsKey(deployment.Id) || HasChanged(deployment))
                    {
                        Deployments[deployment.Id] = deployment;
                    }

                    if (deployment.CreatedAt > newest)
                    {
                        newest = deployment.CreatedAt.Value;
                    }

                    if (
                        deployment is { ProjectId: { } id, CreatedAt: { } created }
                        && !(newestByProject.TryGetValue(id, out var known) && known > created)
                    )
                    {
                        newestByProject[id] = created;
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        if (!isComplete)
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
                || !running.IsDue(time.GetUtcNow())
                || running.Scope != pxxl.Scope
                || (projectIds is not null && !(running.ProjectId is { } project && projectIds.Contains(project)))
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
                var since = running.MissingSince ?? time.GetUtcNow();
                var isDeleted = time.GetUtcNow() - since > DeletionGracePeriod;
                log.Warning?.Invoke(
                    $"The deployment {running.Id} was running, and Pxxl does not know it any more. {(isDeleted ? "It is given up; Periscope keeps what it was told last." : "It will be asked for again.")}"
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
                    $"The deployment {running.Id} was running and will be asked for again in the next run. {failure.Message}"
                );
                StillRunning.Add(running.Id, running);
            }
        }
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
