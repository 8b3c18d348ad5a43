namespace PxxlPeriscope.PowerShell.Running;

/// <summary>Sends reports for a cmdlet, as many at once as it may, and hands it each outcome on the pipeline thread, in order.</summary>
/// <param name="delivery">How a report is delivered; opened with the first one.</param>
/// <param name="throttleLimit">How many are under way at once.</param>
/// <param name="wait">Waits for an outcome, writing meanwhile what there is to write.</param>
/// <param name="take">Takes the outcome.</param>
/// <param name="stopToken">Ends all of it.</param>
internal sealed class ReportStream(
    Func<ReportDelivery> delivery, int throttleLimit, Func<Task<SendOutcome>, SendOutcome> wait, Action<SendOutcome> take, CancellationToken stopToken) : IDisposable
{
    private ReportSender? _sender;

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

    internal void Finish() => TakeWhile(sender => sender.HasPending);

    public void Dispose() => _sender?.Dispose();

    private ReportSender Sender => _sender ??= new ReportSender(delivery(), throttleLimit, stopToken);

    private void TakeWhile(Func<ReportSender, bool> isDue)
    {
        while (_sender is not null && isDue(_sender))
        {
            take(wait(_sender.TakeAsync()));
        }
    }
}
