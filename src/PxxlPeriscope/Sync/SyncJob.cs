using System.Runtime.CompilerServices;
using PxxlPeriscope.Delivery;
using PxxlPeriscope.Http;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Sync;

/// <summary>Runs one synchronization under an exclusive lock: reads Pxxl, sends the reports, and saves the new state.</summary>
/// <param name="pxxl">Reads the deployments.</param>
/// <param name="log">Receives warnings and the exchanges with the services.</param>
public sealed class SyncJob(PxxlClient pxxl, CallLog log)
{
    /// <summary>More than a busy organization deploys in a month, and few enough for the memory of a small machine.</summary>
    internal const int DefaultMaximumDeployments = 100_000;

    /// <summary>The folder of the state. It must exist.</summary>
    public required string StatePath { get; init; }

    /// <summary>Stores reports that cannot be delivered; null to store them in the state.</summary>
    public string? OutboxPath { get; init; }

    /// <summary>The projects to read; null for all.</summary>
    public IReadOnlyCollection<string>? ProjectIds { get; init; }

    /// <summary>The latest time to start from.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The maximum number of concurrent requests to Periscope.</summary>
    public int ThrottleLimit { get; init; } = 4;

    /// <summary>How long a run on another machine may show no activity before it counts as abandoned.</summary>
    public TimeSpan AbandonedAfter { get; init; } = RunLock.DefaultAbandonedAfter;

    /// <summary>The maximum number of deployments to keep in memory. Reading stops there.</summary>
    public int MaximumDeployments { get; init; } = DefaultMaximumDeployments;

    /// <summary>Converts deployments to reports.</summary>
    public ReportConverter Conversion { get; init; } = new();

    /// <summary>The number of reports to send, as soon as it is known.</summary>
    public int? TotalReports { get; private set; }

    /// <summary>The summary; null until the run is complete.</summary>
    public SyncSummary? Summary { get; private set; }

    /// <summary>Why not every report was delivered; null if all were.</summary>
    public ServiceException? Failure { get; private set; }

    /// <summary>Returns what would be sent, without changing the state or calling Periscope.</summary>
    /// <exception cref="ServiceException">Same as for <see cref="RunAsync"/>.</exception>
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

    /// <summary>
    /// Runs the synchronization and returns the outcome of each report. If another run is in progress, nothing is done: with a warning if
    /// that run is known to be alive, otherwise with a <see cref="Failure"/>.
    /// </summary>
    /// <exception cref="ServiceException">Before the first report: a folder cannot be used, or Pxxl cannot be read. Between reports: the
    /// state can no longer be written. No data is lost; the next run reads the same again.</exception>
    public async IAsyncEnumerable<SendOutcome> RunAsync(
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
                $"The previous synchronization did not finish: {abandonedBy.Describe(time.GetUtcNow())}. "
                    + "This run resumes from the saved state."
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
    /// Reports that another run is in progress. A run that holds the lock and shows activity does the work of this one, so a warning is
    /// sufficient. A run of which only the owner file is left, or that shows no activity, may have ended; this run has done nothing,
    /// which must be visible as an error of the scheduled job.
    /// </summary>
    private void ReportOwner(string folder, LockOwner? owner)
    {
        var now = Conversion.TimeProvider.GetUtcNow();
        if (owner is null || (owner.IsLocked && now - owner.LastSeen < AbandonedAfter))
        {
            log.Warning?.Invoke(
                $"Another synchronization of '{folder}' is already running: {owner?.Describe(now) ?? "an unknown process"}. "
                    + "This run exits without doing anything."
            );
            return;
        }

        var until = owner.IsLocked
            ? "It still holds the lock, so it is not responding or is waiting for input. End that process, and the next run takes over."
            : "Whether it is still running cannot be checked from this machine. "
                + $"It counts as abandoned after {owner.LastSeen + AbandonedAfter:u} unless it shows activity again.";
        Failure = new ServiceException(
            ServiceName.Periscope,
            StateFailure.AlreadyRunning,
            $"Nothing was synchronized: another run is using '{folder}' ({owner.Describe(now)}) "
                + $"and was last active at {owner.LastSeen:u}. {until}"
        );
    }
}
