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
    /// <summary>The folder with the state. It must be there.</summary>
    internal required string StatePath { get; init; }

    /// <summary>Keeps what cannot be delivered; null to leave it in the state.</summary>
    internal string? OutboxPath { get; init; }

    /// <summary>Only these projects; null for all.</summary>
    internal IReadOnlyCollection<string>? ProjectIds { get; init; }

    /// <summary>At least so far back.</summary>
    internal DateTimeOffset? Since { get; init; }

    internal int ThrottleLimit { get; init; } = 4;

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
        var state = await SyncState
            .OpenReadOnlyAsync(StatePath, Conversion.TimeProvider, log.Warning, cancellationToken)
            .ConfigureAwait(false);
        return await new SyncPlanner(pxxl, state, Conversion, log).PlanAsync(ProjectIds, Since, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs, and gives what became of each report. Not at all, with a warning, while another run is under way.</summary>
    /// <exception cref="ServiceException">Before the first report: a folder cannot be used, or Pxxl cannot be read. In between: the state
    /// cannot be written any more. Nothing is lost; the next run reads the same again.</exception>
    internal async IAsyncEnumerable<SendOutcome> RunAsync(
        PeriscopeClient periscope,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var time = Conversion.TimeProvider;
        var folder = StateErrors.RequireWritableFolder("state", StatePath);
        var (acquired, owner) = await StateErrors
            .GuardedAsync("state", folder, () => RunLock.TryAcquireAsync(folder, time, cancellationToken))
            .ConfigureAwait(false);
        if (acquired is null)
        {
            var ownerDescription = owner?.Describe(time.GetUtcNow()) ?? "an unknown process";
            log.Warning?.Invoke(
                $"Another synchronisation is under way with '{folder}': {ownerDescription}. This one ends and has done nothing."
            );
            yield break;
        }

        await using var held = acquired.ConfigureAwait(false);
        if (acquired.AbandonedBy is { } abandonedBy)
        {
            log.Warning?.Invoke(
                $"A synchronisation has ended without finishing: {abandonedBy.Describe(time.GetUtcNow())}. This one goes on from where it was."
            );
        }

        var state = await SyncState.OpenAsync(folder, time, log.Warning, cancellationToken).ConfigureAwait(false);
        var outbox = OutboxPath is null
            ? null
            : await ReportOutbox.OpenAsync(OutboxPath, cancellationToken, time, log.Warning).ConfigureAwait(false);
        var planner = new SyncPlanner(pxxl, state, Conversion, log, HeartbeatAsync);
        var plan = await planner.PlanAsync(ProjectIds, Since, cancellationToken).ConfigureAwait(false);
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

        Summary = await planner.CompleteAsync(cancellationToken).ConfigureAwait(false);
        Failure = Summary.Queued + Summary.Refused == 0 ? null : CreateNotDeliveredException(Summary, outbox, planner.LastFailure!);

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
            planner.RecordOutcome(outcome, isEnqueued: outbox is not null);
            return outcome;
        }
    }

    private static ServiceException CreateNotDeliveredException(SyncSummary summary, ReportOutbox? outbox, ServiceException lastFailure)
    {
        if (lastFailure.IsFatal)
        {
            return lastFailure;
        }

        var place = outbox is null ? "the state" : $"the outbox '{outbox.Folder}'";
        var queued =
            summary.Queued == 0 ? null
            : summary.Queued == 1 ? $"1 report waits in {place}"
            : $"{summary.Queued} reports wait in {place}";
        var rejected =
            summary.Refused == 0 ? null
            : summary.Refused == 1 ? "1 was refused"
            : $"{summary.Refused} were refused";
        return new ServiceException(
            ServiceName.Periscope,
            StateFailure.NotDelivered,
            $"Not everything has reached Periscope: {string.Join(", ", new[] { queued, rejected }.OfType<string>())}. The last error: {lastFailure.Message}",
            lastFailure
        );
    }
}
