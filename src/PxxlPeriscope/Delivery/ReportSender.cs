using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;

namespace PxxlPeriscope.Delivery;

/// <summary>
/// Sends several reports concurrently, those with the same deploymentId strictly one after another, and returns the outcomes in the order
/// of the reports. Its methods must not be called concurrently.
/// </summary>
public sealed class ReportSender : IDisposable
{
    /// <summary>The maximum number of outcomes that wait for an earlier one, per concurrent report.</summary>
    private const int PendingPerSlot = 4;

    private readonly ReportDelivery _delivery;
    private readonly Func<SendOutcome, Task>? _completed;
    private readonly int _throttleLimit;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _stop;
    private readonly Queue<Task<SendOutcome>> _outcomes = new();
    private readonly Dictionary<string, DeploymentQueue> _queues = new(StringComparer.Ordinal);
    private bool _isKeyVerified;

    /// <param name="client">Sends one report.</param>
    /// <param name="throttleLimit">The maximum number of concurrent reports, at least 1.</param>
    /// <param name="cancellationToken">Cancels all reports that are being sent. A canceled report has no outcome.</param>
    public ReportSender(PeriscopeClient client, int throttleLimit, CancellationToken cancellationToken)
        : this(ReportDelivery.Create(outbox: null, client), throttleLimit, cancellationToken) { }

    /// <summary>Creates a sender that queues the reports that cannot be delivered.</summary>
    /// <param name="client">Sends one report.</param>
    /// <param name="outbox">Keeps reports that cannot be delivered, and records what was sent.</param>
    /// <param name="throttleLimit">The maximum number of concurrent requests, at least 1.</param>
    /// <param name="cancellationToken">Cancels everything in progress. A canceled report has no outcome.</param>
    public ReportSender(PeriscopeClient client, ReportOutbox outbox, int throttleLimit, CancellationToken cancellationToken)
        : this(ReportDelivery.Create(outbox, client), throttleLimit, cancellationToken) { }

    /// <param name="delivery">Delivers one report.</param>
    /// <param name="throttleLimit">The maximum number of concurrent reports, at least 1.</param>
    /// <param name="cancellationToken">Cancels all reports that are being sent. A canceled report has no outcome.</param>
    /// <param name="completed">Called on any thread with each outcome as soon as it is available, whether or not it is read, and before
    /// the next report of that deployment is sent. An exception from it is thrown to the reader of the outcome.</param>
    internal ReportSender(
        ReportDelivery delivery,
        int throttleLimit,
        CancellationToken cancellationToken,
        Func<SendOutcome, Task>? completed = null
    )
    {
        (_delivery, _completed) = (delivery, completed);
        _throttleLimit = throttleLimit;
        _slots = new SemaphoreSlim(throttleLimit);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Whether there are reports whose outcome was not read.</summary>
    public bool HasPending => _outcomes.Count > 0;

    /// <summary>Whether an outcome must be read before the next report can be added.</summary>
    public bool IsFull => _outcomes.Count >= (_isKeyVerified ? _throttleLimit * PendingPerSlot : 1);

    /// <summary>Whether the next outcome can be read without waiting.</summary>
    public bool HasCompleted => _outcomes.Count > 0 && _outcomes.Peek().IsCompleted;

    /// <summary>Starts sending a report.</summary>
    public void Add(DeploymentReport report) => Add(report, tag: null);

    /// <summary>Starts sending a report and attaches a tag to its outcome.</summary>
    internal void Add(DeploymentReport report, object? tag) => Add(report, tag, isFromOutbox: false);

    /// <summary>Starts sending a queued report, or the report that has replaced it in the outbox by then.</summary>
    public void Add(OutboxItem item) => Add(item.Report, tag: null, isFromOutbox: true);

    private void Add(DeploymentReport report, object? tag, bool isFromOutbox)
    {
        if (!_queues.TryGetValue(report.DeploymentId, out var queue))
        {
            _queues.Add(report.DeploymentId, queue = new DeploymentQueue());
        }

        var outcome = SendInOrderAsync(report, tag, isFromOutbox, queue, queue.LastSend);
        queue.LastSend = outcome;
        _outcomes.Enqueue(outcome);
    }

    /// <summary>Returns the next outcome; null if the specified task completes first.</summary>
    internal async Task<SendOutcome?> NextOutcomeAsync(Task? unless)
    {
        var next = _outcomes.Peek();
        if (unless is not null)
        {
            await Task.WhenAny(next, unless).ConfigureAwait(false);
        }

        return unless is null || next.IsCompleted ? await NextOutcomeAsync().ConfigureAwait(false) : null;
    }

    /// <summary>Returns the next outcome, in the order of the reports.</summary>
    /// <exception cref="OperationCanceledException">Sending was canceled.</exception>
    public async Task<SendOutcome> NextOutcomeAsync()
    {
        var outcome = await _outcomes.Dequeue().ConfigureAwait(false);
        // The first report is sent alone: a wrong key then causes one failed call instead of one per concurrent report.
        _isKeyVerified |= outcome.Receipt?.Action is ReceiptAction.Created or ReceiptAction.Updated || _delivery.IsCircuitOpen;
        if (_queues.TryGetValue(outcome.Report.DeploymentId, out var queue) && queue.LastSend.IsCompleted)
        {
            // For the lifetime of this sender, only the last reported status is kept, not the reports themselves.
            queue.LastSend = Task.CompletedTask;
            if (queue.ReportedStatus is null)
            {
                _queues.Remove(outcome.Report.DeploymentId);
            }
        }

        return outcome;
    }

    /// <summary>Cancels all reports that are being sent.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        foreach (var outcome in _outcomes)
        {
            _ = outcome.ContinueWith(
                task => task.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default
            );
        }
    }

    private async Task<SendOutcome> SendInOrderAsync(
        DeploymentReport report,
        object? tag,
        bool isFromOutbox,
        DeploymentQueue queue,
        Task previousSend
    )
    {
        var cancellationToken = _stop.Token;
        await previousSend.ConfigureAwait(false);
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var outcome = await _delivery.DeliverAsync(report, queue.ReportedStatus, isFromOutbox, cancellationToken).ConfigureAwait(false);
            queue.ReportedStatus =
                outcome.IsDelivered && ReportStatus.IsTerminal(outcome.Report.Status) ? outcome.Report.Status : queue.ReportedStatus;
            outcome = tag is null ? outcome : outcome.WithTag(tag);
            await (_completed?.Invoke(outcome) ?? Task.CompletedTask).ConfigureAwait(false);
            return outcome;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>The reports of one deploymentId.</summary>
    private sealed class DeploymentQueue
    {
        public Task LastSend { get; set; } = Task.CompletedTask;

        /// <summary>
        /// The terminal status that was reported to Periscope. Periscope cannot be queried, so this is all that is known.
        /// </summary>
        public string? ReportedStatus { get; set; }
    }
}
