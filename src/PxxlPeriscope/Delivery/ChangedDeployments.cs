namespace PxxlPeriscope;

/// <summary>Reads from Pxxl what changed since the last run: what it lists back to where that run came, and what was running then.</summary>
internal sealed class ChangedDeployments(PxxlClient pxxl, SyncState state, TimeProvider time, CallLog log, Func<Task>? progressed)
{
    /// <summary>How far back a first run reads.</summary>
    internal static readonly TimeSpan FirstReach = TimeSpan.FromDays(30);

    private const string AllProjects = "*";
    private const int MostFailures = 3;

    /// <summary>Read again in each run: the order of the list is not promised, and neither is that all clocks agree.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>What Pxxl has not known for so long is gone, and not only out of sight of the key or team of a run.</summary>
    private static readonly TimeSpan SurelyGone = TimeSpan.FromDays(7);

    /// <summary>What may have changed, by id.</summary>
    internal Dictionary<string, Deployment> Rows { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether all lists were whole.</summary>
    internal bool IsWhole { get; private set; } = true;

    /// <summary>How far was read now.</summary>
    internal Dictionary<(string Scope, string Project), DateTimeOffset> ReadUntil { get; } = [];

    /// <summary>What was running and could not be read again.</summary>
    internal Dictionary<string, RunningDeployment> StillRunning { get; } = new(StringComparer.Ordinal);

    /// <summary>How many of those that were running Pxxl does not know.</summary>
    internal int Gone { get; private set; }

    /// <param name="projectIds">Only these projects; null for all.</param>
    /// <param name="since">At least so far back.</param>
    /// <param name="cancellationToken">Ends the request in flight.</param>
    internal async Task ReadAsync(IReadOnlyCollection<string>? projectIds, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        foreach (var project in projectIds ?? [AllProjects])
        {
            IsWhole &= await ReadBackAsync(project, since, cancellationToken).ConfigureAwait(false);
        }

        await ReadRunningAgainAsync(projectIds, cancellationToken).ConfigureAwait(false);
        await NameProjectsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Whether all was read. If not, a warning has said so, and the next run begins where this one did.</returns>
    private async Task<bool> ReadBackAsync(string project, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = Until(project);
        var from = (until - Overlap) ?? since ?? now - FirstReach;
        from = since < from ? since.Value : from;
        var newest = until ?? from;
        var newestOf = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var isWhole = await pxxl.ReadUntilAsync(
            project == AllProjects ? null : project,
            page => page.All(row => row.CreatedAt < from),
            async row =>
            {
                await ProgressedAsync().ConfigureAwait(false);
                if (!(row.CreatedAt < from) || state.Running.ContainsKey(row.Id) || HasChanged(row))
                {
                    Rows[row.Id] = row;
                }

                if (row.CreatedAt > newest)
                {
                    newest = row.CreatedAt.Value;
                }

                if (row is { ProjectId: { } id, CreatedAt: { } created } && !(newestOf.TryGetValue(id, out var known) && known > created))
                {
                    newestOf[id] = created;
                }
            },
            cancellationToken).ConfigureAwait(false);
        if (!isWhole)
        {
            return false;
        }

        // A creation time in the future, from whatever clock, must not hide what is created until then.
        newestOf[project] = newest;
        foreach (var read in newestOf)
        {
            ReadUntil[(pxxl.Scope, read.Key)] = read.Value < now ? read.Value : now;
        }

        return true;
    }

    private Task ProgressedAsync() => progressed?.Invoke() ?? Task.CompletedTask;

    /// <summary>Whether a deployment that was reported long ago has another status now, such as a rollback.</summary>
    private bool HasChanged(Deployment row) =>
        state.Sent.Find(ReportConversion.IdOf(row.Id))?.Status is { } sent && ReportConversion.StatusOf(row) is { } status && status != sent;

    /// <summary>What a run over all projects has read, a run over one need not read again.</summary>
    private DateTimeOffset? Until(string project)
    {
        DateTimeOffset? all = state.ReadUntil.TryGetValue((pxxl.Scope, AllProjects), out var found) ? found : null;
        DateTimeOffset? own = state.ReadUntil.TryGetValue((pxxl.Scope, project), out found) ? found : null;
        return own is null || all > own ? all : own;
    }

    private async Task ReadRunningAgainAsync(IReadOnlyCollection<string>? projectIds, CancellationToken cancellationToken)
    {
        var failures = 0;
        foreach (var running in state.Running.Values.Where(running => !Rows.ContainsKey(running.Id)))
        {
            if (failures == MostFailures || !running.IsDue(time.GetUtcNow()) || running.Scope != pxxl.Scope || (projectIds is not null && !(running.ProjectId is { } project && projectIds.Contains(project))))
            {
                StillRunning.Add(running.Id, running);
                continue;
            }

            await ProgressedAsync().ConfigureAwait(false);
            try
            {
                Rows[running.Id] = await pxxl.GetDeploymentAsync(running.Id, cancellationToken).ConfigureAwait(false);
                failures = 0;
            }
            catch (ServiceException gone) when (gone.Cause == FailureCause.NotFound)
            {
                var since = running.GoneSince ?? time.GetUtcNow();
                var isGone = time.GetUtcNow() - since > SurelyGone;
                log.Warning?.Invoke($"The deployment {running.Id} was running, and Pxxl does not know it any more. {(isGone ? "It is given up; Periscope keeps what it was told last." : "It will be asked for again.")}");
                Gone++;
                if (!isGone)
                {
                    StillRunning.Add(running.Id, running with { GoneSince = since });
                }
            }
            catch (ServiceException failure) when (!failure.EndsTheCall)
            {
                // One that cannot be read must not keep the others from being reported.
                failures++;
                log.Warning?.Invoke($"The deployment {running.Id} was running and will be asked for again in the next run. {failure.Message}");
                StillRunning.Add(running.Id, running);
            }
        }
    }

    /// <summary>
    /// Gives each deployment its project's name, also where its own row has only the id: one project must not be two services. (Fact sheet
    /// Pxxl, section (c): neither field is promised.)
    /// </summary>
    private async Task NameProjectsAsync(CancellationToken cancellationToken)
    {
        var names = state.ProjectNames;
        foreach (var row in Rows.Values.OrderBy(row => row.CreatedAt))
        {
            if (row is { ProjectId: { } id, ProjectName: { } name })
            {
                names[id] = name;
            }
        }

        var nameless = Rows.Values.Where(row => row is { ProjectId: not null, ProjectName: null }).ToList();
        if (nameless.Any(row => !names.ContainsKey(row.ProjectId!)))
        {
            try
            {
                await foreach (var project in pxxl.ListProjectsAsync(cancellationToken).ConfigureAwait(false))
                {
                    names[project.Id] = project.Name ?? project.Id;
                }
            }
            catch (ServiceException failure) when (!failure.EndsTheCall)
            {
                log.Warning?.Invoke($"Some deployments come without their project's name, and the projects cannot be read: the id is reported as the service. {failure.Message}");
            }
        }

        foreach (var row in nameless)
        {
            if (names.TryGetValue(row.ProjectId!, out var name))
            {
                Rows[row.Id] = row with { ProjectName = name };
            }
        }
    }
}
