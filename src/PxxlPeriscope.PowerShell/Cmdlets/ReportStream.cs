using PxxlPeriscope.Delivery;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Sends reports concurrently for a cmdlet, and passes each outcome to it on the pipeline thread, in order.</summary>
/// <param name="delivery">Creates the delivery, with the first report.</param>
/// <param name="throttleLimit">The maximum number of concurrent reports.</param>
/// <param name="awaitOutcome">Waits for an outcome while the cmdlet writes its pending output.</param>
/// <param name="onOutcome">Handles the outcome.</param>
/// <param name="progress">Shows the number of outcomes.</param>
/// <param name="stopToken">Cancels all reports.</param>
internal sealed class ReportStream(
    Func<ReportDelivery> delivery,
    int throttleLimit,
    Func<Task<SendOutcome?>, Action?, SendOutcome?> awaitOutcome,
    Action<SendOutcome> onOutcome,
    ProgressReporter progress,
    CancellationToken stopToken
) : IDisposable
{
    private ReportSender? _sender;
    private long _done;

    /// <summary>The total number of reports; null if unknown.</summary>
    internal long? Total { get; init; }

    /// <summary>Called on any thread with each outcome as soon as it is available.</summary>
    internal Func<SendOutcome, Task>? Completed { get; init; }

    /// <param name="report">The report.</param>
    /// <param name="tag">Attached to its outcome.</param>
    /// <param name="nextInput">Completes once there is another report to send; until then, outcomes are passed on as they arrive. Null to
    /// not wait for any.</param>
    internal void Send(DeploymentReport report, object? tag = null, Task? nextInput = null)
    {
        DrainWhile(sender => sender.IsFull);
        Sender.Add(report, tag);
        DrainWhile(sender => sender.HasCompleted);
        while (nextInput is { IsCompleted: false } && Sender.HasPending)
        {
            TakeOutcome(Sender.NextOutcomeAsync(unless: nextInput));
        }
    }

    internal void Send(OutboxItem item)
    {
        DrainWhile(sender => sender.IsFull);
        Sender.Add(item);
        DrainWhile(sender => sender.HasCompleted);
    }

    internal void Complete()
    {
        DrainWhile(sender => sender.HasPending);
        progress.Complete();
    }

    public void Dispose() => _sender?.Dispose();

    private ReportSender Sender => _sender ??= new ReportSender(delivery(), throttleLimit, stopToken, Completed);

    private void DrainWhile(Func<ReportSender, bool> condition)
    {
        while (_sender is not null && condition(_sender))
        {
            TakeOutcome(_sender.NextOutcomeAsync(unless: null));
        }
    }

    private void TakeOutcome(Task<SendOutcome?> next)
    {
        if (awaitOutcome(next, progress.IsInteractive ? Tell : null) is { } outcome)
        {
            _done++;
            Tell();
            onOutcome(outcome);
        }

        void Tell() => progress.ShowCount(_done, Total, "reports");
    }
}
