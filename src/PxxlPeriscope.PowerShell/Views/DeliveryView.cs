using System.Globalization;
using System.Management.Automation.Host;

namespace PxxlPeriscope.PowerShell.Views;

/// <summary>The columns of receipts, of what waits in an outbox, and of summaries.</summary>
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

    /// <summary>The action of a receipt in its color: what is queued has not arrived.</summary>
    public static string Action(Receipt receipt, PSHost host) =>
        DeploymentView.Colorize(receipt.Action.ToString(), Colors.TryGetValue(receipt.Action, out var color) ? color : null, host);

    /// <summary>Whether an item was refused; nothing for those that wait.</summary>
    public static string? Dead(OutboxItem item, PSHost host) => item.IsDead ? DeploymentView.Colorize("yes", Red, host) : null;

    /// <summary>The last error without what all of them begin with, so that a narrow column shows the difference.</summary>
    public static string? LastError(OutboxItem item) =>
        item.ErrorId is { } id && id.StartsWith(nameof(ServiceName.Periscope), StringComparison.Ordinal)
            ? $"{id.Substring(nameof(ServiceName.Periscope).Length)}: {item.LastError}"
            : item.LastError;

    /// <summary>How many were skipped, and below that how many for each reason.</summary>
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

    /// <summary>A number that should be 0, in a color when it is not.</summary>
    public static string Undelivered(int count, PSHost host) => DeploymentView.Colorize(Number(count), count > 0 ? Yellow : null, host);

    /// <summary>How long a run took: <c>0.8 s</c>, from a minute on as any other duration.</summary>
    public static string? Took(TimeSpan duration) =>
        duration.TotalMinutes < 1
            ? string.Format(CultureInfo.InvariantCulture, "{0:0.0} s", duration.TotalSeconds)
            : DeploymentView.Duration(duration);

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
