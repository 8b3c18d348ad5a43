using PxxlPeriscope.Periscope;

namespace PxxlPeriscope.Delivery;

/// <summary>
/// Sends reports several at a time, those of one deploymentId strictly after one another, and gives the outcomes in the order in
/// which the reports came. For one user: its methods are not called at the same time.
/// </summary>
public sealed class ReportSender : IDisposable
{
    /// <summary>How many outcomes may wait for an earlier one, per report that is sent at a time.</summary>
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
    /// <param name="throttleLimit">How many are under way at once, at least 1.</param>
    /// <param name="cancellationToken">Ends everything that is under way. What was cut off gets no outcome.</param>
    public ReportSender(PeriscopeClient client, int throttleLimit, CancellationToken cancellationToken = default)
        : this(ReportDelivery.Create(outbox: null, client), throttleLimit, cancellationToken) { }

    /// <param name="delivery">Delivers one report.</param>
    /// <param name="throttleLimit">How many are under way at once, at least 1.</param>
    /// <param name="cancellationToken">Ends everything that is under way. What was cut off gets no outcome.</param>
    /// <param name="completed">Called on any thread with each outcome as soon as it is there, whether or not anybody takes it, and before the next
    /// report of that deployment is sent. What it throws is thrown to whoever takes the outcome.</param>
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

    /// <summary>Whether reports are under way whose outcome was not taken.</summary>
    public bool HasPending => _outcomes.Count > 0;

    /// <summary>Whether the next report has to wait for an outcome to be taken first.</summary>
    public bool IsFull => _outcomes.Count >= (_isKeyVerified ? _throttleLimit * PendingPerSlot : 1);

    /// <summary>Whether the next outcome can be taken without waiting.</summary>
    public bool HasCompleted => _outcomes.Count > 0 && _outcomes.Peek().IsCompleted;

    /// <summary>Begins to send a report.</summary>
    public void Add(DeploymentReport report) => Add(report, tag: null);

    /// <summary>Begins to send a report whose outcome is to have this tag.</summary>
    internal void Add(DeploymentReport report, object? tag) => Add(report, tag, isFromOutbox: false);

    /// <summary>Begins to send a report that waits in the outbox, or whatever has taken its place by then.</summary>
    internal void Add(OutboxItem item) => Add(item.Report, tag: null, isFromOutbox: true);

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

    /// <summary>The next outcome; null where something else, if there is any, ends before it is there.</summary>
    internal async Task<SendOutcome?> NextOutcomeAsync(Task? unless)
    {
        var next = _outcomes.Peek();
        if (unless is not null)
        {
            await Task.WhenAny(next, unless).ConfigureAwait(false);
        }

        return unless is null || next.IsCompleted ? await NextOutcomeAsync().ConfigureAwait(false) : null;
    }

    /// <summary>The next outcome, in the order of the reports.</summary>
    /// <exception cref="OperationCanceledException">Sending was cancelled.</exception>
    public async Task<SendOutcome> NextOutcomeAsync()
    {
        var outcome = await _outcomes.Dequeue().ConfigureAwait(false);
        // The first report goes alone: a wrong key costs one call, not as many as go at a time.
        _isKeyVerified |= outcome.Receipt?.Action is ReceiptAction.Created or ReceiptAction.Updated || _delivery.IsCircuitOpen;
        if (_queues.TryGetValue(outcome.Report.DeploymentId, out var queue) && queue.LastSend.IsCompleted)
        {
            // Only what Periscope has last been told stays, for as long as this sender: not the reports themselves.
            queue.LastSend = Task.CompletedTask;
            if (queue.ReportedStatus is null)
            {
                _queues.Remove(outcome.Report.DeploymentId);
            }
        }

        return outcome;
    }

    /// <summary>Gives up what is under way.</summary>
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

        /// <summary>The terminal status that Periscope has; it cannot be asked, so this is all that is known.</summary>
        public string? ReportedStatus { get; set; }
    }
}
