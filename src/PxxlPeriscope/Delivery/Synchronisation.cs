namespace PxxlPeriscope;

/// <summary>
/// One run of a synchronisation: reads what changed at Pxxl since the last one, says what is to be sent, and takes in what became of it. Who
/// runs it sends the reports meanwhile.
/// </summary>
/// <param name="pxxl">Reads.</param>
/// <param name="state">What earlier runs remember.</param>
/// <param name="conversion">Makes the reports.</param>
/// <param name="log">For warnings.</param>
/// <param name="progressed">Called again and again while Pxxl is read, which can take long.</param>
internal sealed class Synchronisation(PxxlClient pxxl, SyncState state, ReportConversion conversion, CallLog log, Func<Task>? progressed = null)
{
    private readonly TimeProvider _time = conversion.TimeProvider;
    private readonly long _started = conversion.TimeProvider.GetTimestamp();
    private readonly Dictionary<string, string> _newSkips = new(StringComparer.Ordinal);
    private SyncPlan _plan = new();
    private ChangedDeployments? _changes;
    private int _reported;
    private int _queued;
    private int _refused;

    /// <summary>Why the last report that was not delivered was not.</summary>
    internal ServiceException? LastFailure { get; private set; }

    /// <summary>Reads what changed. Nothing is written: until <see cref="FinishAsync"/> the next run would read the same.</summary>
    /// <param name="projectIds">Only these projects; null for all.</param>
    /// <param name="since">At least so far back, further where the last run left off earlier: nothing is ever passed over.</param>
    /// <param name="cancellationToken">Ends the request in flight.</param>
    /// <exception cref="ServiceException">Pxxl could not be read to the end. Nothing is to be sent: the rest will come with it.</exception>
    internal async Task<SyncPlan> PlanAsync(IReadOnlyCollection<string>? projectIds, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        _plan = new SyncPlan();
        _changes = new ChangedDeployments(pxxl, state, _time, log, progressed);
        await _changes.ReadAsync(projectIds, since, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < _changes.Gone; i++)
        {
            _plan.Skip(SkipReason.Gone);
        }

        foreach (var running in _changes.StillRunning.Values)
        {
            _plan.Running.Add(running.Id, running);
        }

        var rows = _changes.Rows;
        var previous = new PreviousCommits(state.LastSuccesses.Values, rows, conversion.SuccessOf);
        _plan.LastSuccesses.AddRange(previous.Latest);
        _plan.Read = rows.Count;
        foreach (var deployment in rows.Values.OrderBy(row => row.CreatedAt ?? DateTimeOffset.MaxValue).ThenBy(row => row.Id, StringComparer.Ordinal))
        {
            Add(deployment, previous);
        }

        var planned = new HashSet<string>(_plan.Reports.Select(report => report.DeploymentId), StringComparer.Ordinal);
        _plan.Reports.InsertRange(0, state.Pending.Values.Where(pending => !IsOutOfDate(pending)).Select(pending => pending.Report).Where(report => !planned.Contains(report.DeploymentId)));
        return _plan;
    }

    /// <summary>Takes in what became of a report.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="isKept">Whether an outbox has it, where it was not delivered.</param>
    internal void Note(SendOutcome outcome, bool isKept)
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

        if (failure.Cause == FailureCause.StatusOutOfOrder)
        {
            state.Pending.Remove(outcome.Report.DeploymentId);
            _plan.Skip(SkipReason.Finished);
            return;
        }

        if (failure.RefusesTheReport)
        {
            log.Warning?.Invoke(failure.Message);
        }

        // What was not tried for it says less than what failed.
        LastFailure = LastFailure is null || failure.Attempts > 0 ? failure : LastFailure;
        (_queued, _refused) = failure.RefusesTheReport ? (_queued, _refused + 1) : (_queued + 1, _refused);
        if (isKept)
        {
            state.Pending.Remove(outcome.Report.DeploymentId);
            return;
        }

        state.Pending.TryGetValue(outcome.Report.DeploymentId, out var before);
        state.Pending[outcome.Report.DeploymentId] =
            new PendingReport(outcome.Report, before?.Since ?? _time.GetUtcNow(), (before?.Attempts ?? 0) + failure.Attempts, failure.Message);
    }

    /// <summary>Writes down how far this run came. All reports of the plan must have been sent or kept by now.</summary>
    internal async Task<SyncSummary> FinishAsync(CancellationToken cancellationToken)
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

        foreach (var done in state.Pending.Values.Where(IsOutOfDate).ToList())
        {
            state.Pending.Remove(done.Report.DeploymentId);
        }

        await KeepingFailure.GuardedAsync("state", state.Folder, async () =>
        {
            foreach (var skip in _newSkips)
            {
                await state.Sent.SkipAsync(skip.Key, skip.Value, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }).ConfigureAwait(false);
        await state.SaveAsync(cancellationToken).ConfigureAwait(false);
        return new SyncSummary
        {
            Read = _plan.Read,
            Reported = _reported,
            Skipped = _plan.Skipped.Values.Sum(),
            SkippedBecause = _plan.Skipped,
            Queued = _queued,
            Refused = _refused,
            IsListComplete = _changes.IsWhole,
            Duration = _time.GetElapsedTime(_started),
        };
    }

    /// <summary>Whether something was confirmed after it began to wait, by a run that was killed before it could say so in the state.</summary>
    private bool IsOutOfDate(PendingReport pending) =>
        state.Sent.Find(pending.Report.DeploymentId) is { IsConfirmed: true } sent && sent.At > pending.Since;

    private void Add(Deployment deployment, PreviousCommits previous)
    {
        if (!deployment.IsTerminal)
        {
            _plan.Running[deployment.Id] = new RunningDeployment(deployment.Id, deployment.ProjectId, pxxl.Scope, deployment.CreatedAt, _time.GetUtcNow());
        }

        if (conversion.Convert(deployment, out var skipped) is not { } report)
        {
            _plan.Skip(ReportConversion.HasNoCommit(deployment) ? SkipReason.NoCommit : SkipReason.Unusable);
            var id = ReportConversion.IdOf(deployment.Id);
            if (state.Sent.Find(id)?.SkippedBecause != skipped)
            {
                _newSkips[id] = skipped!;
                log.Warning?.Invoke(skipped!);
            }

            return;
        }

        report = state.Sent.Settle(_changes!.IsWhole ? previous.Complete(report, deployment) : report);
        var reason = state.Sent.Has(report) ? SkipReason.Unchanged
            : state.Sent.Overwritten(report) is not null ? SkipReason.Finished
            : state.Sent.WasRefused(report) && !state.Pending.ContainsKey(report.DeploymentId) ? SkipReason.Refused
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
