using PxxlPeriscope.Ledger;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Delivery;

/// <summary>Says by what Periscope was told before whether a report is to be sent, and notes what becomes of it. Periscope itself cannot be asked.</summary>
/// <param name="ledger">What is known to have been sent in other runs and by other processes; null for nothing.</param>
/// <param name="resendsUnchanged">Sends also what is known to have arrived unchanged.</param>
internal sealed class ReportGuard(DeliveryLedger? ledger, bool resendsUnchanged)
{
    /// <summary>The report with what was told before where it knows no better, and whether Periscope has exactly that already.</summary>
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

    /// <summary>Whatever becomes of others: without an id a report can neither wait nor be a dead letter.</summary>
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
                    + $"the same deployment was already reported as {reportedStatus}, and this would put it back."
            );
        }
    }

    /// <param name="Report">What is to be sent.</param>
    /// <param name="Previous">What Periscope was told before.</param>
    /// <param name="IsKnown">Whether it has exactly this.</param>
    internal sealed record Decision(DeploymentReport Report, DeliveryRecord? Previous, bool IsKnown);
}
