using PxxlPeriscope.Delivery;
using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Sync;

/// <summary>
/// One run of a synchronization: reads what changed at Pxxl since the last one, says what is to be sent, and takes in what became of it. Who
/// runs it sends the reports meanwhile.
/// </summary>
/// <param name="pxxl">Reads.</param>
/// <param name="state">What earlier runs remember.</param>
/// <param name="conversion">Makes the reports.</param>
/// <param name="log">For warnings.</param>
/// <param name="progressed">Called again and again while Pxxl is read, which can take long.</param>
internal sealed class SyncPlanner(PxxlClient pxxl, SyncState state, ReportConverter conversion, CallLog log, Func<Task>? progressed = null)
{
    private readonly TimeProvider _time = conversion.TimeProvider;
    private readonly long _started = conversion.TimeProvider.GetTimestamp();
    private readonly Dictionary<string, string> _newSkips = new(StringComparer.Ordinal);
    private SyncPlan _plan = new();
    private ChangedDeploymentReader? _changes;
    private int _reported;
    private int _queued;
    private int _rejected;

    /// <summary>Why the last report that was not delivered was not.</summary>
    internal ServiceException? LastFailure { get; private set; }

    /// <summary>Reads what changed. Nothing is written: until <see cref="CompleteAsync"/> the next run would read the same.</summary>
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
        _plan = new SyncPlan();
        _changes = new ChangedDeploymentReader(pxxl, state, _time, log, progressed);
        await _changes.ReadAsync(projectIds, since, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < _changes.MissingCount; i++)
        {
            _plan.Skip(SkipReason.Missing);
        }

        foreach (var running in _changes.StillRunning.Values)
        {
            _plan.Running.Add(running.Id, running);
        }

        var deployments = _changes.Deployments;
        var previous = new PreviousCommitResolver(state.LastSuccesses.Values, deployments, conversion.ToSuccessfulRelease);
        _plan.LastSuccesses.AddRange(previous.Latest);
        _plan.Read = deployments.Count;
        foreach (
            var deployment in deployments
                .Values.OrderBy(row => row.CreatedAt ?? DateTimeOffset.MaxValue)
                .ThenBy(row => row.Id, StringComparer.Ordinal)
        )
        {
            PlanDeployment(deployment, previous);
        }

        var planned = new HashSet<string>(_plan.Reports.Select(report => report.DeploymentId), StringComparer.Ordinal);
        _plan.Reports.InsertRange(
            0,
            state
                .Pending.Values.Where(pending => !IsSuperseded(pending))
                .Select(pending => pending.Report)
                .Where(report => !planned.Contains(report.DeploymentId))
        );
        return _plan;
    }

    /// <summary>Takes in what became of a report.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="isEnqueued">Whether an outbox has it, where it was not delivered.</param>
    internal void RecordOutcome(SendOutcome outcome, bool isEnqueued)
    {
        if (outcome.Failure is not { } failure)
        {
            state.Pending.Remove(outcome.Report.DeploymentId);
            if (outcome.Receipt?.Action == ReceiptAction.Unchanged)
            {
                _plan.Skip(SkipReason.Unchanged);
            }
            else if (outcome.Receipt is not null)
            {
                _reported++;
            }

            return;
        }

        if (failure.Cause is CallFailure.StatusOutOfOrder)
        {
            state.Pending.Remove(outcome.Report.DeploymentId);
            _plan.Skip(SkipReason.Finished);
            return;
        }

        if (failure.IsReportRejected)
        {
            log.Warning?.Invoke(failure.Message);
        }

        // What was not tried for it says less than what failed.
        LastFailure = LastFailure is null || failure.Attempts > 0 ? failure : LastFailure;
        (_queued, _rejected) = failure.IsReportRejected ? (_queued, _rejected + 1) : (_queued + 1, _rejected);
        if (isEnqueued)
        {
            state.Pending.Remove(outcome.Report.DeploymentId);
            return;
        }

        state.Pending.TryGetValue(outcome.Report.DeploymentId, out var previous);
        state.Pending[outcome.Report.DeploymentId] = new PendingReport(
            outcome.Report,
            previous?.Since ?? _time.GetUtcNow(),
            (previous?.Attempts ?? 0) + failure.Attempts,
            failure.Message
        );
    }

    /// <summary>Writes down how far this run came. All reports of the plan must have been sent or kept by now.</summary>
    internal async Task<SyncSummary> CompleteAsync(CancellationToken cancellationToken)
    {
        foreach (var read in _changes!.ReadUntil)
        {
            state.ReadUntil[read.Key] = state.ReadUntil.TryGetValue(read.Key, out var until) && until > read.Value ? until : read.Value;
        }

        state.Running.Clear();
        foreach (var running in _plan.Running)
        {
            state.Running.Add(running.Key, running.Value);
        }

        state.LastSuccesses.Clear();
        foreach (var success in _plan.LastSuccesses)
        {
            state.LastSuccesses[(success.Service, success.Environment)] = success;
        }

        foreach (var superseded in state.Pending.Values.Where(IsSuperseded).ToList())
        {
            state.Pending.Remove(superseded.Report.DeploymentId);
        }

        await StateErrors
            .GuardedAsync(
                "state",
                state.Folder,
                async () =>
                {
                    foreach (var skip in _newSkips)
                    {
                        await state.Ledger.RecordSkipAsync(skip.Key, skip.Value, cancellationToken).ConfigureAwait(false);
                    }

                    return true;
                }
            )
            .ConfigureAwait(false);
        await state.SaveAsync(cancellationToken).ConfigureAwait(false);
        return new SyncSummary
        {
            Read = _plan.Read,
            Reported = _reported,
            Skipped = _plan.Skipped.Values.Sum(),
            SkippedBecause = _plan.Skipped,
            Queued = _queued,
            Refused = _rejected,
            IsListComplete = _changes.IsComplete,
            Duration = _time.GetElapsedTime(_started),
        };
    }

    /// <summary>Whether something was confirmed after it began to wait, by a run that was killed before it could say so in the state.</summary>
    private bool IsSuperseded(PendingReport pending) =>
        state.Ledger.Find(pending.Report.DeploymentId) is { IsConfirmed: true } sent && sent.RecordedAt > pending.Since;

    private void PlanDeployment(Deployment deployment, PreviousCommitResolver previous)
    {
        if (!deployment.IsTerminal)
        {
            _plan.Running[deployment.Id] = new RunningDeployment(
                deployment.Id,
                deployment.ProjectId,
                pxxl.Scope,
                deployment.CreatedAt,
                _time.GetUtcNow()
            );
        }

        if (conversion.Convert(deployment, out var skipped) is not { } report)
        {
            _plan.Skip(ReportConverter.HasNoCommit(deployment) ? SkipReason.NoCommit : SkipReason.Unusable);
            var id = ReportConverter.ToReportId(deployment.Id);
            if (state.Ledger.Find(id)?.SkippedReason != skipped)
            {
                _newSkips[id] = skipped!;
                log.Warning?.Invoke(skipped!);
            }

            return;
        }

        report = state.Ledger.MergeLastSent(_changes!.IsComplete ? previous.FillPreviousCommit(report, deployment) : report);
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
