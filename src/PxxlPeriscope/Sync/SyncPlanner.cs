using PxxlPeriscope.Http;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Reports.Conversion;

namespace PxxlPeriscope.Sync;

/// <summary>Reads what changed at Pxxl since the last run, and says what is to be sent. Writes nothing.</summary>
/// <param name="pxxl">Reads.</param>
/// <param name="state">What earlier runs remember.</param>
/// <param name="conversion">Makes the reports.</param>
/// <param name="log">For warnings.</param>
/// <param name="progressed">Called again and again while Pxxl is read, which can take long.</param>
internal sealed class SyncPlanner(PxxlClient pxxl, SyncState state, ReportConverter conversion, CallLog log, Func<Task>? progressed = null)
{
    private readonly TimeProvider _time = conversion.TimeProvider;
    private readonly SyncPlan _plan = new();

    /// <summary>How many deployments are kept in memory; reading ends there.</summary>
    internal int MaximumDeployments { get; init; } = SyncJob.DefaultMaximumDeployments;

    /// <summary>Reads what changed. Until its outcome is written down, the next run would read the same.</summary>
    /// <param name="projectIds">Only these projects; null for all.</param>
    /// <param name="since">At least so far back, further where the last run left off earlier: nothing is ever passed over.</param>
    /// <param name="cancellationToken">Ends the request in flight.</param>
    /// <exception cref="ServiceException">Pxxl could not be read to the end. Nothing is to be sent: the rest will come with it.</exception>
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
                // A commit before it is named only when nothing can have gone live in between.
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
