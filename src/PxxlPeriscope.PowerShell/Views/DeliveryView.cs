using System.Globalization;
using System.Management.Automation.Host;

namespace PxxlPeriscope.PowerShell.Views;

/// <summary>The columns of receipts, outbox items and summaries.</summary>
public static class DeliveryView
{
    private const int Red = 31;
    private const int Green = 32;
    private const int Yellow = 33;
    private const int Gray = 90;

    private static readonly Dictionary<ReceiptAction, int> Colors = new()
    {
        [ReceiptAction.Created] = Green,
        [ReceiptAction.Updated] = Green,
        [ReceiptAction.Queued] = Yellow,
        [ReceiptAction.Unchanged] = Gray,
    };

    /// <summary>The action of a receipt, colored because a queued report has not arrived.</summary>
    public static string Action(Receipt receipt, PSHost host) =>
        DeploymentView.Colorize(receipt.Action.ToString(), Colors.TryGetValue(receipt.Action, out var color) ? color : null, host);

    /// <summary>Whether an item is a dead letter; empty for waiting items.</summary>
    public static string? Dead(OutboxItem item, PSHost host) => item.IsDead ? DeploymentView.Colorize("yes", Red, host) : null;

    /// <summary>The last error, with the error id without the service name, so that a narrow column shows the difference.</summary>
    public static string? LastError(OutboxItem item) =>
        TextView.Clean(
            item.ErrorId is { } id && id.StartsWith(nameof(ServiceName.Periscope), StringComparison.Ordinal)
                ? $"{id.Substring(nameof(ServiceName.Periscope).Length)}: {item.LastError}"
                : item.LastError
        );

    /// <summary>The number of skipped deployments, followed by the number for each reason.</summary>
    public static string Skipped(SyncSummary summary) =>
        string.Join(
            "\n",
            [
                Number(summary.Skipped),
                .. summary
                    .SkippedBecause.OrderByDescending(reason => reason.Value)
                    .Select(reason => $"  {Number(reason.Value)} {reason.Key}"),
            ]
        );

    /// <summary>A number that should be 0, colored if it is not.</summary>
    public static string Undelivered(int count, PSHost host) => DeploymentView.Colorize(Number(count), count > 0 ? Yellow : null, host);

    /// <summary>The duration of a run: <c>0.8 s</c>, or minutes and seconds from one minute.</summary>
    public static string? Took(TimeSpan duration) =>
        duration.TotalMinutes < 1
            ? string.Format(CultureInfo.InvariantCulture, "{0:0.0} s", duration.TotalSeconds)
            : DeploymentView.Duration(duration);

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
