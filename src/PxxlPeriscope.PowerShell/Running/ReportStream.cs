namespace PxxlPeriscope.PowerShell.Running;

/// <summary>Sends reports for a cmdlet, as many at once as it may, and hands it each outcome on the pipeline thread, in order.</summary>
/// <param name="delivery">How a report is delivered; opened with the first one.</param>
/// <param name="throttleLimit">How many are under way at once.</param>
/// <param name="wait">Waits for an outcome, writing what there is to write and doing something meanwhile.</param>
/// <param name="take">Takes the outcome.</param>
/// <param name="progress">Shows how many outcomes there are.</param>
/// <param name="stopToken">Ends all of it.</param>
internal sealed class ReportStream(
    Func<ReportDelivery> delivery,
    int throttleLimit,
    Func<Task<SendOutcome>, Action?, SendOutcome> wait,
    Action<SendOutcome> take,
    ProgressBar progress,
    CancellationToken stopToken) : IDisposable
{
    private ReportSender? _sender;
    private long _done;

    /// <summary>How many reports there will be; null when nobody knows.</summary>
    internal long? Total { get; init; }

    internal void Send(DeploymentReport report, KeptEvent? kept = null)
    {
        TakeWhile(sender => sender.IsFull);
        Sender.Add(report, kept);
        // An event that waits in an inbox waits for nothing else: neither for the next event, nor for the end.
        TakeWhile(sender => kept is null ? sender.HasFinished : sender.HasPending);
    }

    internal void Send(OutboxItem item)
    {
        TakeWhile(sender => sender.IsFull);
        Sender.Add(item);
        TakeWhile(sender => sender.HasFinished);
    }

    internal void Finish()
    {
        TakeWhile(sender => sender.HasPending);
        progress.End();
    }

    public void Dispose() => _sender?.Dispose();

    private ReportSender Sender => _sender ??= new ReportSender(delivery(), throttleLimit, stopToken);

    private void TakeWhile(Func<ReportSender, bool> isDue)
    {
        while (_sender is not null && isDue(_sender))
        {
            var outcome = wait(_sender.TakeAsync(), progress.IsWatched ? Tell : null);
            _done++;
            Tell();
            take(outcome);
        }

        void Tell() => progress.ShowCount(_done, Total, "reports");
    }
}
