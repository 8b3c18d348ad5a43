using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Notifications;

/// <summary>Creates the notification for a budget.</summary>
internal static class BudgetMessage
{
    private static readonly Dictionary<BudgetSeverity, (string Words, NotificationTone Tone)> BySeverity = new()
    {
        [BudgetSeverity.Ok] = ("holds", NotificationTone.Good),
        [BudgetSeverity.Near] = ("is nearly reached", NotificationTone.Warning),
        [BudgetSeverity.Reached] = ("is reached", NotificationTone.Bad),
        // A budget that cannot be checked may be exceeded.
        [BudgetSeverity.Unknown] = ("cannot be checked", NotificationTone.Warning),
    };

    internal static Notification Create(BudgetFinding finding)
    {
        var (words, tone) = BySeverity[finding.Severity];
        return new Notification
        {
            Title =
                $"Pxxl: the budget for {finding.Name} {words}"
                + (finding.TeamId is { } team ? $" in team {Printable.ToSingleLine(team, 60)}" : string.Empty),
            Details = [.. Lines(finding)],
            Link = PxxlUrls.DashboardHome,
            Tone = tone,
            Finding = finding,
        };
    }

    private static IEnumerable<string> Lines(BudgetFinding finding)
    {
        yield return finding.Reason ?? finding.FormatFigures();
        if (finding is { Reason: null, Projected: not null })
        {
            yield return $"At the current rate, {finding.FormatAmount(finding.Projected)} by the end of the month";
        }
    }
}
