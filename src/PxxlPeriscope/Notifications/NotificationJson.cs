using System.Text.Json;

namespace PxxlPeriscope.Notifications;

/// <summary>Writes a notification and its object as JSON for a program. Unknown values are omitted.</summary>
internal static class NotificationJson
{
    internal static void Write(Utf8JsonWriter json, Notification notification)
    {
        json.WriteString(
            "event",
            notification.Finding is not null ? "budget"
                : notification.Change is not null ? "deployment.changed"
                : "deployment"
        );
        Text(json, "title", notification.Title);
        Text(json, "text", notification.Text);
        Text(json, "link", notification.Link?.AbsoluteUri);
        if (notification.Change is { } change)
        {
            json.WriteStartObject("change");
            Text(json, "previous", change.Previous?.ToString());
            Text(json, "current", change.Current.ToString());
            Moment(json, "at", change.At);
            json.WriteEndObject();
        }

        if (notification.Deployment is { } deployment)
        {
            Deployment(json, deployment);
        }

        if (notification.Finding is { } finding)
        {
            Finding(json, finding);
        }
    }

    private static void Deployment(Utf8JsonWriter json, Deployment deployment)
    {
        json.WriteStartObject("deployment");
        Text(json, "id", deployment.Id);
        Text(json, "projectId", deployment.ProjectId);
        Text(json, "projectName", deployment.ProjectName);
        Text(json, "status", deployment.Status.ToString());
        Text(json, "rawStatus", deployment.RawStatus);
        Text(json, "buildStatus", deployment.BuildStatus);
        Text(json, "failedPhase", deployment.FailedPhase?.ToString());
        Text(json, "failureReason", deployment.FailureReason);
        Text(json, "environment", deployment.Environment);
        Number(json, "pullRequestNumber", deployment.PullRequestNumber);
        Text(json, "branch", deployment.Branch);
        Text(json, "commitSha", deployment.CommitSha);
        Text(json, "commitMessage", deployment.CommitMessage);
        Text(json, "triggeredBy", deployment.TriggeredBy);
        Moment(json, "createdAt", deployment.CreatedAt);
        Moment(json, "finishedAt", deployment.FinishedAt);
        Number(json, "durationSeconds", deployment.Duration?.TotalSeconds);
        Text(json, "url", deployment.Url?.AbsoluteUri);
        json.WriteEndObject();
    }

    private static void Finding(Utf8JsonWriter json, BudgetFinding finding)
    {
        json.WriteStartObject("budget");
        Text(json, "metric", finding.Metric.ToString());
        Text(json, "severity", finding.Severity.ToString());
        Text(json, "unit", finding.Unit);
        Number(json, "used", finding.Used);
        Number(json, "limit", finding.Limit);
        Number(json, "percent", finding.Percent);
        Number(json, "projected", finding.Projected);
        Number(json, "projectedPercent", finding.ProjectedPercent);
        Text(json, "teamId", finding.TeamId);
        Text(json, "reason", finding.Reason);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void Moment(Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } timestamp)
        {
            json.WriteString(name, timestamp.UtcDateTime);
        }
    }
}
