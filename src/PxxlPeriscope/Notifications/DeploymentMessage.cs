using System.Globalization;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Notifications;

/// <summary>Creates the notification for a deployment. Text from outside is limited to one line each and not escaped yet.</summary>
internal static class DeploymentMessage
{
    private const int ShortCommit = 7;

    private static readonly Dictionary<DeploymentStatus, (string Words, string Place, NotificationTone Tone)> ByStatus = new()
    {
        [DeploymentStatus.Unknown] = ("has no known status", "in", NotificationTone.Neutral),
        [DeploymentStatus.Queued] = ("is queued", "for", NotificationTone.Neutral),
        [DeploymentStatus.InProgress] = ("is being deployed", "to", NotificationTone.Neutral),
        [DeploymentStatus.Success] = ("is live", "in", NotificationTone.Good),
        [DeploymentStatus.Failed] = ("failed", "in", NotificationTone.Bad),
        [DeploymentStatus.Stopped] = ("was stopped", "in", NotificationTone.Warning),
        [DeploymentStatus.RolledBack] = ("was rolled back", "in", NotificationTone.Warning),
    };

    internal static Notification Create(Deployment deployment, DeploymentStatus status)
    {
        var (words, place, tone) = ByStatus[status];
        return new Notification
        {
            Title = $"{Name(deployment)} {words}{DescribePlace(deployment, place)}{DescribePhase(deployment, status)}",
            Details = [.. Lines(deployment, status).Where(line => line.Length > 0)],
            Link = deployment.DashboardUrl,
            Tone = tone,
            Deployment = deployment,
        };
    }

    private static string Name(Deployment deployment) =>
        Printable.ToSingleLine(deployment.ProjectName ?? deployment.ProjectId ?? deployment.Id, 80);

    private static string DescribePlace(Deployment deployment, string place) =>
        deployment.Environment is { } environment
            ? $" {place} {Printable.ToSingleLine(environment, 40)}"
                + (deployment.PullRequestNumber is { } number ? $" #{number}" : string.Empty)
            : string.Empty;

    private static string DescribePhase(Deployment deployment, DeploymentStatus status) =>
        status != DeploymentStatus.Failed
            ? string.Empty
            : deployment.FailedPhase switch
            {
                FailedPhase.Build => ": build failed",
                FailedPhase.Release => ": release failed (build ok)",
                _ => string.Empty,
            };

    private static IEnumerable<string> Lines(Deployment deployment, DeploymentStatus status)
    {
        // Other statuses have no failure reason, or that of an earlier attempt.
        yield return status == DeploymentStatus.Failed
            ? Printable.ToSingleLine(deployment.FailureReason ?? string.Empty, 300).TrimEnd('.')
            : string.Empty;
        yield return DescribeOrigin(deployment);
    }

    /// <summary>
    /// Describes what was deployed, by whom and how long it took: <c>main 1a2b3c4 "Mend the cart" by jane, 3 min 5 s</c>.
    /// </summary>
    private static string DescribeOrigin(Deployment deployment)
    {
        string?[] parts =
        [
            deployment.Branch is { } branch ? Printable.ToSingleLine(branch, 80) : null,
            deployment.CommitSha is { } sha ? ShortenCommit(Printable.ToSingleLine(sha, 40)) : null,
            deployment.CommitMessage is { } message ? $"\"{Printable.ToSingleLine(FirstLine(message), 120)}\"" : null,
            deployment.TriggeredBy is { } author ? "by " + Printable.ToSingleLine(author, 60) : null,
        ];
        var origin = string.Join(" ", parts.Where(part => part is not null));
        return !deployment.IsTerminal || deployment.Duration is not { } duration ? origin
            : origin.Length == 0 ? "Took " + FormatDuration(duration)
            : $"{origin}, {FormatDuration(duration)}";
    }

    /// <summary>Abbreviates a commit as Git does. An identifier that is not a commit is shown in full.</summary>
    private static string ShortenCommit(string sha) =>
        sha.Length > ShortCommit && sha.All(Uri.IsHexDigit) ? sha.Substring(0, ShortCommit) : sha;

    private static string FirstLine(string message) => message.TrimStart().Split('\r', '\n')[0];

    private static string FormatDuration(TimeSpan duration) =>
        string.Format(
            CultureInfo.InvariantCulture,
            duration switch
            {
                { TotalHours: >= 1 } => "{0} h {1} min",
                { TotalMinutes: >= 1 } => "{1} min {2} s",
                _ => "{2} s",
            },
            (long)duration.TotalHours,
            duration.Minutes,
            duration.Seconds
        );
}
