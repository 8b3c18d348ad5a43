using System.Globalization;

namespace PxxlPeriscope;

/// <summary>Puts a deployment into words. What others have written in it is cut to one line each; it is markup of no chat yet.</summary>
internal static class DeploymentNews
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

    internal static Notification Of(Deployment deployment, DeploymentStatus status)
    {
        var (words, place, tone) = ByStatus[status];
        return new Notification
        {
            Title = $"{Name(deployment)} {words}{Where(deployment, place)}{Phase(deployment, status)}",
            Details = [.. Lines(deployment, status).Where(line => line.Length > 0)],
            Link = deployment.DashboardUrl,
            Tone = tone,
            Deployment = deployment,
        };
    }

    private static string Name(Deployment deployment) => Printable.Line(deployment.ProjectName ?? deployment.ProjectId ?? deployment.Id, 80);

    private static string Where(Deployment deployment, string place) => deployment.Environment is { } environment
        ? $" {place} {Printable.Line(environment, 40)}{(deployment.PullRequestNumber is { } number ? $" #{number}" : string.Empty)}"
        : string.Empty;

    private static string Phase(Deployment deployment, DeploymentStatus status) => status != DeploymentStatus.Failed ? string.Empty : deployment.FailedPhase switch
    {
        FailedPhase.Build => ": build failed",
        FailedPhase.Release => ": release failed (build ok)",
        _ => string.Empty,
    };

    private static IEnumerable<string> Lines(Deployment deployment, DeploymentStatus status)
    {
        // Other statuses have none, or one of an attempt before.
        yield return status == DeploymentStatus.Failed ? Printable.Line(deployment.FailureReason ?? string.Empty, 300).TrimEnd('.') : string.Empty;
        yield return Origin(deployment);
    }

    /// <summary>What was deployed, by whom and how long it took: <c>main 1a2b3c4 "Mend the cart" by jane, 3 min 5 s</c>.</summary>
    private static string Origin(Deployment deployment)
    {
        string?[] parts =
        [
            deployment.Branch is { } branch ? Printable.Line(branch, 80) : null,
            deployment.CommitSha is { } sha ? Commit(Printable.Line(sha, 40)) : null,
            deployment.CommitMessage is { } message ? $"\"{Printable.Line(FirstLine(message), 120)}\"" : null,
            deployment.TriggeredBy is { } who ? "by " + Printable.Line(who, 60) : null,
        ];
        var origin = string.Join(" ", parts.Where(part => part is not null));
        return !deployment.IsTerminal || deployment.Duration is not { } duration ? origin
            : origin.Length == 0 ? "Took " + Took(duration)
            : $"{origin}, {Took(duration)}";
    }

    /// <summary>As Git shortens it. An identifier that is no commit is shown whole.</summary>
    private static string Commit(string sha) => sha.Length > ShortCommit && sha.All(Uri.IsHexDigit) ? sha.Substring(0, ShortCommit) : sha;

    private static string FirstLine(string message) => message.TrimStart().Split('\r', '\n')[0];

    private static string Took(TimeSpan duration) => string.Format(
        CultureInfo.InvariantCulture,
        duration switch
        {
            { TotalHours: >= 1 } => "{0} h {1} min",
            { TotalMinutes: >= 1 } => "{1} min {2} s",
            _ => "{2} s",
        },
        (long)duration.TotalHours,
        duration.Minutes,
        duration.Seconds);
}
