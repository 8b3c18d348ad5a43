using PxxlPeriscope.Delivery;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Sends reports for a cmdlet, as many at once as it may, and hands it each outcome on the pipeline thread, in order.</summary>
/// <param name="delivery">How a report is delivered; opened with the first one.</param>
/// <param name="throttleLimit">How many are under way at once.</param>
/// <param name="awaitOutcome">Waits for an outcome, writing what there is to write and doing something meanwhile.</param>
/// <param name="onOutcome">Takes the outcome.</param>
/// <param name="progress">Shows how many outcomes there are.</param>
/// <param name="stopToken">Ends all of it.</param>
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

    /// <summary>How many reports there will be; null when nobody knows.</summary>
    internal long? Total { get; init; }

    /// <summary>Called on any thread with each outcome as soon as it is there.</summary>
    internal Func<SendOutcome, Task>? Completed { get; init; }

    /// <param name="report">The report.</param>
    /// <param name="tag">Comes back with its outcome.</param>
    /// <param name="nextInput">Ends once there is another report to send; until then outcomes are handed on as they come. Null to wait for none.</param>
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
