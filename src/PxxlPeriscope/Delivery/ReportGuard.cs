using PxxlPeriscope.Ledger;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Delivery;

/// <summary>
/// Decides from the record of earlier deliveries whether a report is sent, and records the result. Periscope itself cannot be queried.
/// </summary>
/// <param name="ledger">The deliveries of earlier runs and other processes; null if there is no record.</param>
/// <param name="resendsUnchanged">Whether to send reports that Periscope is known to have unchanged.</param>
internal sealed class ReportGuard(DeliveryLedger? ledger, bool resendsUnchanged)
{
    /// <summary>
    /// Completes the report with more exact values of an earlier delivery, and determines whether Periscope already has exactly this
    /// report.
    /// </summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.StatusOutOfOrder"/>.</exception>
    internal async Task<Decision> DecideAsync(DeploymentReport report, CancellationToken cancellationToken)
    {
        if (ledger is null)
        {
            return new Decision(report, Previous: null, IsKnown: false);
        }

        await ledger.RefreshAsync(cancellationToken).ConfigureAwait(false);
        report = ledger.MergeLastSent(report);
        ThrowIfRegression(report, ledger.WouldRegress(report));
        var previous = ledger.Find(report.DeploymentId);
        return new Decision(report, previous, !resendsUnchanged && previous?.IsConfirmationOf(report) == true);
    }

    internal Task RecordAttemptAsync(Decision decision, CancellationToken cancellationToken) =>
        ledger?.RecordAttemptAsync(decision.Report, cancellationToken) ?? Task.CompletedTask;

    internal Task RecordConfirmationAsync(Decision decision, CancellationToken cancellationToken) =>
        ledger?.RecordConfirmationAsync(decision.Report, cancellationToken) ?? Task.CompletedTask;

    internal Task RecordRejectionAsync(Decision decision, CancellationToken cancellationToken) =>
        ledger?.RecordRejectionAsync(decision.Report, decision.Previous, cancellationToken) ?? Task.CompletedTask;

    /// <summary>Rejects a report without an id before anything else, because it can neither be queued nor become a dead letter.</summary>
    internal static void ThrowIfWithoutId(DeploymentReport report)
    {
        if (string.IsNullOrWhiteSpace(report.DeploymentId) && ReportValidation.Check(report).Failure is { } invalid)
        {
            throw invalid;
        }
    }

    internal static void ThrowIfRegression(DeploymentReport report, string? reportedStatus)
    {
        if (reportedStatus is not null && ReportStatus.IsTerminal(reportedStatus) && !ReportStatus.IsTerminal(report.Status))
        {
            throw new ServiceException(
                ServiceName.Periscope,
                CallFailure.StatusOutOfOrder,
                $"The report '{Printable.ToSingleLine(report.DeploymentId, 80)}' with status {report.Status} was not sent: "
                    + $"the same deployment was already reported as {reportedStatus}, and a final status cannot be changed back."
            );
        }
    }

    /// <param name="Report">The report to send.</param>
    /// <param name="Previous">The last recorded delivery of the deployment.</param>
    /// <param name="IsKnown">Whether Periscope has exactly this report.</param>
    internal sealed record Decision(DeploymentReport Report, DeliveryRecord? Previous, bool IsKnown);
}
