using PxxlPeriscope.Http;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Reports.Conversion;

namespace PxxlPeriscope.Sync;

/// <summary>Reads what has changed at Pxxl since the last run, and decides what to send. Writes nothing.</summary>
/// <param name="pxxl">The Pxxl client.</param>
/// <param name="state">The state of earlier runs.</param>
/// <param name="conversion">Creates the reports.</param>
/// <param name="log">Receives warnings.</param>
/// <param name="progressed">Called repeatedly while Pxxl is read, which can take a long time.</param>
internal sealed class SyncPlanner(PxxlClient pxxl, SyncState state, ReportConverter conversion, CallLog log, Func<Task>? progressed = null)
{
    private readonly TimeProvider _time = conversion.TimeProvider;
    private readonly SyncPlan _plan = new();

    /// <summary>The maximum number of deployments to keep in memory. Reading stops there.</summary>
    internal int MaximumDeployments { get; init; } = SyncJob.DefaultMaximumDeployments;

    /// <summary>Reads what has changed. Until the result is saved, the next run reads the same again.</summary>
    /// <param name="projectIds">The projects to read; null for all.</param>
    /// <param name="since">The latest time to start from. Reading starts earlier if the last run stopped earlier, so that nothing is
    /// skipped.</param>
    /// <param name="cancellationToken">Cancels the current request.</param>
    /// <exception cref="ServiceException">Pxxl could not be read completely. Nothing must be sent; the next run reads all of
    /// it.</exception>
    internal async Task<SyncPlan> PlanAsync(
        IReadOnlyCollection<string>? projectIds,
        DateTimeOffset? since,
        CancellationToken cancellationToken
    )
    {
        var changes = new ChangedDeploymentReader(pxxl, state, conversion, log, progressed) { MaximumDeployments = MaximumDeployments };
        await changes.ReadAsync(projectIds, since, cancellationToken).ConfigureAwait(false);
        TakeChanges(changes);
        var deployments = changes.Deployments;
        var previous = new PreviousCommitResolver(state.LastSuccesses.Values, deployments, conversion.ToSuccessfulRelease);
        var unread = new UnreadReleases(changes.StillRunning.Values, state.ProjectNames, conversion);
        _plan.LastSuccesses.AddRange(previous.Latest);
        foreach (
            var deployment in deployments
                .Values.OrderBy(row => row.CreatedAt ?? DateTimeOffset.MaxValue)
                .ThenBy(row => row.Id, StringComparer.Ordinal)
        )
        {
            if (!deployment.IsTerminal)
            {
                _plan.Running[deployment.Id] = new SyncState.RunningDeployment(
                    deployment.Id,
                    deployment.ProjectId,
                    pxxl.Scope,
                    deployment.CreatedAt,
                    _time.GetUtcNow(),
                    null,
                    deployment.ProjectName,
                    deployment.Environment ?? StandardEnvironment.Production
                );
            }

            if (conversion.Convert(deployment, out var skipped) is { } report)
            {
                // The previous commit is only set if no other deployment can have gone live in between.
                PlanReport(changes.IsComplete && !unread.MayPrecede(deployment) ? previous.FillPreviousCommit(report, deployment) : report);
            }
            else
            {
                SkipDeployment(deployment, skipped!);
            }
        }

        var planned = new HashSet<string>(_plan.Reports.Select(report => report.DeploymentId), StringComparer.Ordinal);
        _plan.Reports.InsertRange(
            0,
            state
                .Pending.Values.Where(pending => !state.IsSuperseded(pending))
                .Select(pending => pending.Report)
                .Where(report => !planned.Contains(report.DeploymentId))
        );
        return _plan;
    }

    private void TakeChanges(ChangedDeploymentReader changes)
    {
        (_plan.Read, _plan.IsListComplete, _plan.IsTruncated) = (changes.Deployments.Count, changes.IsComplete, changes.IsTruncated);
        for (var i = 0; i < changes.MissingCount; i++)
        {
            _plan.Skip(SkipReason.Missing);
        }

        foreach (var running in changes.StillRunning.Values)
        {
            _plan.Running.Add(running.Id, running);
        }

        foreach (var read in changes.ReadUntil)
        {
            _plan.ReadUntil[read.Key] = read.Value;
        }
    }

    private void SkipDeployment(Deployment deployment, string reason)
    {
        _plan.Skip(ReportConverter.HasNoCommit(deployment) ? SkipReason.NoCommit : SkipReason.Unusable);
        var id = ReportConverter.ToReportId(deployment.Id);
        if (state.Ledger.Find(id)?.SkippedReason != reason)
        {
            _plan.NewSkips[id] = reason;
            log.Warning?.Invoke(reason);
        }
    }

    private void PlanReport(DeploymentReport report)
    {
        report = state.Ledger.MergeLastSent(report);
        var reason =
            state.Ledger.HasConfirmed(report) ? SkipReason.Unchanged
            : state.Ledger.WouldRegress(report) is not null ? SkipReason.Finished
            : state.Ledger.WasRejected(report) && !state.Pending.ContainsKey(report.DeploymentId) ? SkipReason.Rejected
            : null;
        if (reason is null)
        {
            _plan.Reports.Add(report);
        }
        else
        {
            _plan.Skip(reason);
        }
    }
}
