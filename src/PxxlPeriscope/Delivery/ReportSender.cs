namespace PxxlPeriscope;

/// <summary>
/// Sends reports several at a time, those of one deploymentId strictly after one another, and gives the outcomes in the order in
/// which the reports came. For one user: its methods are not called at the same time.
/// </summary>
public sealed class ReportSender : IDisposable
{
    /// <summary>How many outcomes may wait for an earlier one, per report that is sent at a time.</summary>
    private const int WindowPerSlot = 4;

    private readonly ReportDelivery _delivery;
    private readonly int _throttleLimit;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _stop;
    private readonly Queue<Task<SendOutcome>> _outcomes = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private bool _keyIsProven;

    /// <param name="client">Sends one report.</param>
    /// <param name="throttleLimit">How many are under way at once, at least 1.</param>
    /// <param name="cancellationToken">Ends everything that is under way. What was cut off gets no outcome.</param>
    public ReportSender(PeriscopeClient client, int throttleLimit, CancellationToken cancellationToken = default)
        : this(new ReportDelivery(client), throttleLimit, cancellationToken)
    {
    }

    internal ReportSender(ReportDelivery delivery, int throttleLimit, CancellationToken cancellationToken)
    {
        _delivery = delivery;
        _throttleLimit = throttleLimit;
        _slots = new SemaphoreSlim(throttleLimit);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Whether reports are under way whose outcome was not taken.</summary>
    public bool HasPending => _outcomes.Count > 0;

    /// <summary>Whether the next report has to wait for an outcome to be taken first.</summary>
    public bool IsFull => _outcomes.Count >= (_keyIsProven ? _throttleLimit * WindowPerSlot : 1);

    /// <summary>Whether the next outcome can be taken without waiting.</summary>
    public bool HasFinished => _outcomes.Count > 0 && _outcomes.Peek().IsCompleted;

    /// <summary>Begins to send a report.</summary>
    public void Add(DeploymentReport report) => Add(report, kept: null);

    /// <summary>Begins to send a report that was made of an event in the inbox.</summary>
    internal void Add(DeploymentReport report, KeptEvent? kept) => Add(report, kept, isFromOutbox: false);

    /// <summary>Begins to send a report that waits in the outbox, or whatever has taken its place by then.</summary>
    internal void Add(OutboxItem item) => Add(item.Report, kept: null, isFromOutbox: true);

    private void Add(DeploymentReport report, KeptEvent? kept, bool isFromOutbox)
    {
        if (!_lanes.TryGetValue(report.DeploymentId, out var lane))
        {
            _lanes.Add(report.DeploymentId, lane = new Lane());
        }

        var outcome = SendInTurnAsync(report, kept, isFromOutbox, lane, lane.Last);
        lane.Last = outcome;
        _outcomes.Enqueue(outcome);
    }

    /// <summary>The next outcome, in the order of the reports.</summary>
    /// <exception cref="OperationCanceledException">Sending was cancelled.</exception>
    public async Task<SendOutcome> TakeAsync()
    {
        var outcome = await _outcomes.Dequeue().ConfigureAwait(false);
        // The first report goes alone: a wrong key costs one call, not as many as go at a time.
        _keyIsProven |= outcome.Receipt?.Action is ReceiptAction.Created or ReceiptAction.Updated || _delivery.Outage is { IsOn: true };
        if (_lanes.TryGetValue(outcome.Report.DeploymentId, out var lane) && lane.Last.IsCompleted)
        {
            // Only what Periscope has last been told stays, for as long as this sender: not the reports themselves.
            lane.Last = Task.CompletedTask;
            if (lane.Reported is null)
            {
                _lanes.Remove(outcome.Report.DeploymentId);
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
            _ = outcome.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private async Task<SendOutcome> SendInTurnAsync(DeploymentReport report, KeptEvent? kept, bool isFromOutbox, Lane lane, Task before)
    {
        var stop = _stop.Token;
        await before.ConfigureAwait(false);
        await _slots.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            var outcome = await _delivery.DeliverAsync(report, lane.Reported, isFromOutbox, stop).ConfigureAwait(false);
            lane.Reported = outcome.IsDelivered && ReportStatus.IsTerminal(outcome.Report.Status) ? outcome.Report.Status : lane.Reported;
            return kept is null ? outcome : outcome.For(kept);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>The reports of one deploymentId.</summary>
    private sealed class Lane
    {
        public Task Last { get; set; } = Task.CompletedTask;

        /// <summary>The terminal status that Periscope has; it cannot be asked, so this is all that is known.</summary>
        public string? Reported { get; set; }
    }
}
