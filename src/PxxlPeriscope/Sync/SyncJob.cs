using System.Runtime.CompilerServices;
using PxxlPeriscope.Delivery;
using PxxlPeriscope.Http;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Sync;

/// <summary>A whole synchronization: alone on its state, from reading Pxxl to writing down how far it came.</summary>
internal sealed class SyncJob(PxxlClient pxxl, CallLog log)
{
    /// <summary>More than a busy organization deploys in a month, and what a small machine can hold.</summary>
    internal const int DefaultMaximumDeployments = 100_000;

    /// <summary>The folder with the state. It must be there.</summary>
    internal required string StatePath { get; init; }

    /// <summary>Keeps what cannot be delivered; null to leave it in the state.</summary>
    internal string? OutboxPath { get; init; }

    /// <summary>Only these projects; null for all.</summary>
    internal IReadOnlyCollection<string>? ProjectIds { get; init; }

    /// <summary>At least so far back.</summary>
    internal DateTimeOffset? Since { get; init; }

    internal int ThrottleLimit { get; init; } = 4;

    /// <summary>After how long without a sign of life a run counts as abandoned that cannot be asked.</summary>
    internal TimeSpan AbandonedAfter { get; init; } = RunLock.DefaultAbandonedAfter;

    /// <summary>How many deployments are kept in memory; reading ends there.</summary>
    internal int MaximumDeployments { get; init; } = DefaultMaximumDeployments;

    internal ReportConverter Conversion { get; init; } = new();

    /// <summary>How many reports there are to be sent, as soon as that is known.</summary>
    internal int? TotalReports { get; private set; }

    /// <summary>What was done; null as long as it is not done.</summary>
    internal SyncSummary? Summary { get; private set; }

    /// <summary>Why not everything that was to be reported has arrived; null when it has.</summary>
    internal ServiceException? Failure { get; private set; }

    /// <summary>What would be sent. Neither the state nor Periscope is touched.</summary>
    /// <exception cref="ServiceException">As for <see cref="RunAsync"/>.</exception>
    internal async Task<SyncPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var time = Conversion.TimeProvider;
        var outbox = OutboxPath is null
            ? null
            : await ReportOutbox.OpenReadOnlyAsync(OutboxPath, cancellationToken, time, log.Warning).ConfigureAwait(false);
        var state = await SyncState
            .OpenReadOnlyAsync(StatePath, time, log.Warning, cancellationToken, outbox?.Ledger)
            .ConfigureAwait(false);
        return await CreatePlanner(state).PlanAsync(ProjectIds, Since, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs, and gives what became of each report. Not at all while another run is under way: with a warning where that run is known to be
    /// alive, else with a <see cref="Failure"/>.</summary>
    /// <exception cref="ServiceException">Before the first report: a folder cannot be used, or Pxxl cannot be read. In between: the state
    /// cannot be written any more. Nothing is lost; the next run reads the same again.</exception>
    internal async IAsyncEnumerable<SendOutcome> RunAsync(
        PeriscopeClient periscope,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var time = Conversion.TimeProvider;
        var started = time.GetTimestamp();
        var folder = StateErrors.RequireWritableFolder("state", StatePath);
        var (acquired, owner) = await StateErrors
            .GuardedAsync("state", folder, () => RunLock.TryAcquireAsync(folder, time, cancellationToken, AbandonedAfter))
            .ConfigureAwait(false);
        if (acquired is null)
        {
            ReportOwner(folder, owner);
            yield break;
        }

        await using var held = acquired.ConfigureAwait(false);
        if (acquired.AbandonedBy is { } abandonedBy)
        {
            log.Warning?.Invoke(
                $"A synchronization has ended without finishing: {abandonedBy.Describe(time.GetUtcNow())}. This one goes on from where it was."
            );
        }

        var outbox = OutboxPath is null
            ? null
            : await ReportOutbox.OpenAsync(OutboxPath, cancellationToken, time, log.Warning).ConfigureAwait(false);
        var state = await SyncState.OpenAsync(folder, time, log.Warning, cancellationToken, outbox?.Ledger).ConfigureAwait(false);
        var plan = await CreatePlanner(state, HeartbeatAsync).PlanAsync(ProjectIds, Since, cancellationToken).ConfigureAwait(false);
        var result = new SyncResult(state, plan, outbox?.Folder, log, time);
        var plannedIds = new HashSet<string>(plan.Reports.Select(report => report.DeploymentId), StringComparer.Ordinal);
        var pendingItems = outbox is null
            ? []
            : (await outbox.ListPendingAsync(cancellationToken).ConfigureAwait(false))
                .Where(item => !plannedIds.Contains(item.DeploymentId))
                .ToList();
        TotalReports = pendingItems.Count + plan.Reports.Count;
        using var sender = new ReportSender(
            ReportDelivery.Create(outbox, periscope, ledger: state.Ledger, time: time),
            ThrottleLimit,
            cancellationToken
        );
        foreach (
            var enqueue in pendingItems
                .Select(item => (Action)(() => sender.Add(item)))
                .Concat(plan.Reports.Select(report => (Action)(() => sender.Add(report))))
        )
        {
            while (sender.IsFull || sender.HasCompleted)
            {
                yield return await TakeAsync().ConfigureAwait(false);
            }

            enqueue();
        }

        while (sender.HasPending)
        {
            yield return await TakeAsync().ConfigureAwait(false);
        }

        Summary = await result.SaveAsync(started, cancellationToken).ConfigureAwait(false);
        Failure = result.FindFailure();

        Task HeartbeatAsync() =>
            StateErrors.GuardedAsync(
                "state",
                folder,
                async () =>
                {
                    await acquired.HeartbeatAsync(cancellationToken).ConfigureAwait(false);
                    return true;
                }
            );

        async Task<SendOutcome> TakeAsync()
        {
            var outcome = await sender.NextOutcomeAsync().ConfigureAwait(false);
            if (outcome.Failure is { Cause: StateFailure.StateUnusable or StateFailure.StateTooNew } stateFailure)
            {
                throw stateFailure;
            }

            await HeartbeatAsync().ConfigureAwait(false);
            result.Record(outcome);
            return outcome;
        }
    }

    private SyncPlanner CreatePlanner(SyncState state, Func<Task>? progressed = null) =>
        new(pxxl, state, Conversion, log, progressed) { MaximumDeployments = MaximumDeployments };

    /// <summary>
    /// A run that the operating system says is alive, and that shows it, does the work of this one. Where only its note is there, or it shows no
    /// life, it may be dead, and this run has done nothing: whoever scheduled it has to see that.
    /// </summary>
    private void ReportOwner(string folder, LockOwner? owner)
    {
        var now = Conversion.TimeProvider.GetUtcNow();
        if (owner is null || (owner.IsLocked && now - owner.LastSeen < AbandonedAfter))
        {
            log.Warning?.Invoke(
                $"Another synchronization is under way with '{folder}': {owner?.Describe(now) ?? "an unknown process"}. This one ends and has done nothing."
            );
            return;
        }

        var until = owner.IsLocked
            ? "It still has the lock, so it hangs, or waits for somebody: end that process, and the next run takes over."
            : $"Whether it is alive cannot be seen from this machine. It counts as abandoned from {owner.LastSeen + AbandonedAfter:u} on, unless it gives another sign of life.";
        Failure = new ServiceException(
            ServiceName.Periscope,
            StateFailure.AlreadyRunning,
            $"Nothing was synchronized: another run has '{folder}', {owner.Describe(now)}, and gave its last sign of life at {owner.LastSeen:u}. {until}"
        );
    }
}
