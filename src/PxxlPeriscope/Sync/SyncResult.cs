using PxxlPeriscope.Delivery;
using PxxlPeriscope.Http;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Sync;

/// <summary>Collects the outcomes of the reports of a plan, and saves what the next run needs.</summary>
/// <param name="state">The state to update.</param>
/// <param name="plan">The plan.</param>
/// <param name="outbox">The folder that stores reports that were not delivered; null if the state does.</param>
/// <param name="log">Receives warnings.</param>
/// <param name="time">The clock.</param>
internal sealed class SyncResult(SyncState state, SyncPlan plan, string? outbox, CallLog log, TimeProvider time)
{
    private int _reported;
    private int _queued;
    private int _rejected;
    private ServiceException? _lastFailure;

    /// <summary>Records the outcome of a report.</summary>
    internal void Record(SendOutcome outcome)
    {
        if (outcome.Failure is not { } failure)
        {
            state.Pending.Remove(outcome.Report.DeploymentId);
            if (outcome.Receipt?.Action == ReceiptAction.Unchanged)
            {
                plan.Skip(SkipReason.Unchanged);
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
            plan.Skip(SkipReason.Finished);
            return;
        }

        if (failure.IsReportRejected)
        {
            log.Warning?.Invoke(failure.Message);
        }

        // An actual error is more informative than that of a report that was not tried because of it.
        _lastFailure = _lastFailure is null || failure.Attempts > 0 ? failure : _lastFailure;
        (_queued, _rejected) = failure.IsReportRejected ? (_queued, _rejected + 1) : (_queued + 1, _rejected);
        if (outbox is not null)
        {
            state.Pending.Remove(outcome.Report.DeploymentId);
            return;
        }

        state.Pending.TryGetValue(outcome.Report.DeploymentId, out var previous);
        state.Pending[outcome.Report.DeploymentId] = new SyncState.PendingReport(
            outcome.Report,
            previous?.Since ?? time.GetUtcNow(),
            (previous?.Attempts ?? 0) + failure.Attempts,
            failure.Message
        );
    }

    /// <summary>Saves how far this run came. All reports of the plan must have been sent or stored before.</summary>
    internal async Task<SyncSummary> SaveAsync(long started, CancellationToken cancellationToken)
    {
        foreach (var read in plan.ReadUntil)
        {
            state.ReadUntil[read.Key] = state.ReadUntil.TryGetValue(read.Key, out var until) && until > read.Value ? until : read.Value;
        }

        state.Running.Clear();
        foreach (var running in plan.Running)
        {
            state.Running.Add(running.Key, running.Value);
        }

        state.LastSuccesses.Clear();
        foreach (var success in plan.LastSuccesses)
        {
            state.LastSuccesses[(success.Service, success.Environment)] = success;
        }

        foreach (var superseded in state.Pending.Values.Where(state.IsSuperseded).ToList())
        {
            state.Pending.Remove(superseded.Report.DeploymentId);
        }

        await StateErrors
            .GuardedAsync(
                "state",
                state.Folder,
                async () =>
                {
                    foreach (var skip in plan.NewSkips)
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
            Read = plan.Read,
            Reported = _reported,
            Skipped = plan.Skipped.Values.Sum(),
            SkippedBecause = plan.Skipped,
            Queued = _queued,
            Refused = _rejected,
            IsListComplete = plan.IsListComplete,
            Duration = time.GetElapsedTime(started),
        };
    }

    /// <summary>Returns why not every report was delivered, or not everything was read; null if there is no failure.</summary>
    internal ServiceException? FindFailure()
    {
        if (_lastFailure is null)
        {
            return plan.IsTruncated ? ChangedDeploymentReader.CreateTruncatedException(plan.Read) : null;
        }

        // If other reports were delivered, an error such as a 404 of the edge is not a failure of the whole run.
        if (_lastFailure.IsPermanent || (_lastFailure.IsFatal && _reported == 0))
        {
            return _lastFailure;
        }

        var place = outbox is null ? "the state" : $"the outbox '{outbox}'";
        var queued =
            _queued == 0 ? null
            : _queued == 1 ? $"1 report waits in {place}"
            : $"{_queued} reports wait in {place}";
        var rejected =
            _rejected == 0 ? null
            : _rejected == 1 ? "1 was rejected"
            : $"{_rejected} were rejected";
        return new ServiceException(
            ServiceName.Periscope,
            StateFailure.NotDelivered,
            $"Not all reports reached Periscope: {string.Join(", ", new[] { queued, rejected }.OfType<string>())}. "
                + $"Last error: {_lastFailure.Message}",
            _lastFailure
        );
    }
}
