namespace PxxlPeriscope;

/// <summary>
/// Sends reports several at a time, those of one deploymentId strictly after one another, and gives the outcomes in the order in
/// which the reports came. For one user: its methods are not called at the same time.
/// </summary>
public sealed class ReportSender : IDisposable
{
    /// <summary>How many outcomes may wait for an earlier one, per report that is sent at a time.</summary>
    private const int WindowPerSlot = 4;

    private readonly PeriscopeClient _client;
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
    {
        _client = client;
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
    internal void Add(DeploymentReport report, KeptEvent? kept)
    {
        if (!_lanes.TryGetValue(report.DeploymentId, out var lane))
        {
            _lanes.Add(report.DeploymentId, lane = new Lane());
        }

        var outcome = SendInTurnAsync(report, kept, lane, lane.Last);
        lane.Last = outcome;
        _outcomes.Enqueue(outcome);
    }

    /// <summary>The next outcome, in the order of the reports.</summary>
    /// <exception cref="OperationCanceledException">Sending was cancelled.</exception>
    public async Task<SendOutcome> TakeAsync()
    {
        var outcome = await _outcomes.Dequeue().ConfigureAwait(false);
        // The first report goes alone: a wrong key costs one call, not as many as go at a time.
        _keyIsProven |= outcome.Receipt is not null;
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

    private async Task<SendOutcome> SendInTurnAsync(DeploymentReport report, KeptEvent? kept, Lane lane, Task before)
    {
        var stop = _stop.Token;
        await before.ConfigureAwait(false);
        await _slots.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (lane.Reported is { } reported && !ReportStatus.IsTerminal(report.Status))
            {
                throw new ServiceException(
                    ServiceName.Periscope,
                    FailureCause.StatusOutOfOrder,
                    $"The report '{Printable.Line(report.DeploymentId, 80)}' with status {report.Status} was not sent: the same deployment was just reported as {reported}, and this would put it back.");
            }

            var receipt = await _client.SendAsync(report, stop).ConfigureAwait(false);
            lane.Reported = ReportStatus.IsTerminal(report.Status) ? report.Status : lane.Reported;
            return new SendOutcome { Report = report, Kept = kept, Receipt = receipt };
        }
        catch (ServiceException failure)
        {
            return new SendOutcome { Report = report, Kept = kept, Failure = failure };
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
