using System.Globalization;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Text;

namespace PxxlPeriscope;

/// <summary>
/// Checks a report for everything that Periscope would reject, without sending it. Periscope itself names only one problem at a time.
/// </summary>
public sealed class ReportValidation
{
    private const int MinShaLength = 5;
    private const int MaxShaLength = 40;

    private ReportValidation(DeploymentReport report, IReadOnlyList<string> reasons, IReadOnlyList<string> warnings)
    {
        Report = report;
        Reasons = reasons;
        Warnings = warnings;
    }

    /// <summary>The id of the report.</summary>
    public string DeploymentId => Report.DeploymentId;

    /// <summary>Whether the report is valid.</summary>
    public bool IsValid => Reasons.Count == 0;

    /// <summary>All reasons why Periscope would reject the report.</summary>
    public IReadOnlyList<string> Reasons { get; }

    /// <summary>Values that Periscope accepts but that probably do not have the intended effect.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The report itself.</summary>
    public DeploymentReport Report { get; }

    /// <summary>The error for an invalid report; null for a valid one.</summary>
    internal ServiceException? Failure =>
        IsValid
            ? null
            : new ServiceException(
                ServiceName.Periscope,
                CallFailure.InvalidReport,
                $"{(Report.Line is { } line ? $"Line {line.ToString(CultureInfo.InvariantCulture)}: the" : "The")} report "
                    + (string.IsNullOrWhiteSpace(DeploymentId) ? "without a deploymentId" : $"'{Printable.ToSingleLine(DeploymentId, 80)}'")
                    + $" was not sent: {string.Join("; ", Reasons)}."
            );

    /// <summary>Checks a report.</summary>
    public static ReportValidation Check(DeploymentReport report)
    {
        var reasons = new List<string>();
        var warnings = new List<string>();
        if (report.Unreadable.FirstOrDefault(value => value.Field is null) is { } row)
        {
            // Listing every field as missing would hide the actual reason.
            return new ReportValidation(report, [row.Reason], warnings);
        }

        Refuse(nameof(report.DeploymentId), string.IsNullOrWhiteSpace(report.DeploymentId), "deploymentId is missing");
        Refuse(nameof(report.CommitSha), !IsCommitSha(report.CommitSha), Sha("commitSha", report.CommitSha));
        Refuse(
            nameof(report.PreviousCommitSha),
            !string.IsNullOrEmpty(report.PreviousCommitSha) && !IsCommitSha(report.PreviousCommitSha),
            Sha("previousCommitSha", report.PreviousCommitSha)
        );
        Refuse(nameof(report.Environment), string.IsNullOrWhiteSpace(report.Environment), "environment is missing");
        Refuse(nameof(report.Status), !ReportStatus.All.Contains(report.Status), Status(report.Status));
        Refuse(nameof(report.StartedAt), report.StartedAt is null, "startedAt is missing");
        var isTerminal = ReportStatus.IsTerminal(report.Status);
        Refuse(
            nameof(report.CompletedAt),
            isTerminal && report.CompletedAt is null,
            $"completedAt is missing; status {report.Status} requires it"
        );
        Refuse(
            nameof(report.CompletedAt),
            isTerminal && report.CompletedAt < report.StartedAt,
            $"completedAt ({FormatTimestamp(report.CompletedAt)}) is before startedAt ({FormatTimestamp(report.StartedAt)})"
        );
        reasons.AddRange(report.Unreadable.Select(value => value.Reason));

        Warn(!isTerminal && report.CompletedAt is not null, $"completedAt is not sent: status {report.Status} is not terminal");
        Warn(
            LooksLikeProduction(report.Environment),
            $"environment is '{report.Environment}': only the exact value 'production' counts in the metrics"
        );
        Warn(IsZero(report.PreviousCommitSha), "previousCommitSha is not sent: it is all zeros and does not name a commit");
        return new ReportValidation(report, reasons, warnings);

        // A value that cannot be read is not reported as missing too.
        void Refuse(string field, bool isWrong, string reason) =>
            Add(reasons, isWrong && report.Unreadable.All(value => value.Field != field), reason);
        void Warn(bool isOdd, string warning) => Add(warnings, isOdd, warning);
    }

    /// <summary>Whether Periscope accepts a text as a commit: 5 to 40 hexadecimal characters.</summary>
    public static bool IsCommitSha(string? text) =>
        text is { Length: >= MinShaLength and <= MaxShaLength }
        && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F'));

    /// <summary>GitLab uses 40 zeros if there is no previous commit, which would pass as hexadecimal characters.</summary>
    internal static bool IsZero(string? sha) => !string.IsNullOrEmpty(sha) && sha!.All(c => c == '0');

    private static void Add(List<string> list, bool applies, string text)
    {
        if (applies)
        {
            list.Add(text);
        }
    }

    private static string Sha(string field, string? value) =>
        string.IsNullOrEmpty(value)
            ? $"{field} is missing"
            : $"{field} '{Printable.ToSingleLine(value!, 50)}' is not a commit SHA "
                + $"({MinShaLength} to {MaxShaLength} hexadecimal characters)";

    private static string Status(string status) =>
        string.IsNullOrWhiteSpace(status)
            ? $"status is missing; expected one of {string.Join(", ", ReportStatus.All)}"
            : $"status '{Printable.ToSingleLine(status, 30)}' is not one of {string.Join(", ", ReportStatus.All)}"
                + (ReportStatus.Suggest(status) is { } suggested ? $"; did you mean '{suggested}'?" : string.Empty);

    private static bool LooksLikeProduction(string environment) =>
        environment != "production" && environment.Trim().ToLowerInvariant() is "production" or "prod" or "prd" or "live";

    private static string? FormatTimestamp(DateTimeOffset? timestamp) =>
        timestamp is { } value ? ReportPayload.FormatTimestamp(value) : null;
}
