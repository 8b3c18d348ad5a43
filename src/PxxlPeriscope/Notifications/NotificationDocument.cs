using System.Text.Json.Serialization;

namespace PxxlPeriscope.Notifications;

/// <summary>A notification and its object as JSON for a program. Unknown values are omitted.</summary>
internal sealed record NotificationDocument(
    string Event,
    string Title,
    string Text,
    string? Link,
    NotificationDocument.ChangePart? Change,
    NotificationDocument.DeploymentPart? Deployment,
    NotificationDocument.BudgetPart? Budget
)
{
    internal static NotificationDocument Create(Notification notification) =>
        new(
            notification.Finding is not null ? "budget"
                : notification.Change is not null ? "deployment.changed"
                : "deployment",
            notification.Title,
            notification.Text,
            notification.Link?.AbsoluteUri,
            notification.Change is { } change ? ChangePart.Create(change) : null,
            notification.Deployment is { } deployment ? DeploymentPart.Create(deployment) : null,
            notification.Finding is { } finding ? BudgetPart.Create(finding) : null
        );

    internal sealed record ChangePart(string? Previous, string Current, DateTime At)
    {
        internal static ChangePart Create(DeploymentChange change) =>
            new(change.Previous?.ToString(), change.Current.ToString(), change.At.UtcDateTime);
    }

    internal sealed record DeploymentPart
    {
        public string? Id { get; private init; }

        public string? ProjectId { get; private init; }

        public string? ProjectName { get; private init; }

        public string? Status { get; private init; }

        public string? RawStatus { get; private init; }

        public string? BuildStatus { get; private init; }

        public string? FailedPhase { get; private init; }

        public string? FailureReason { get; private init; }

        public string? Environment { get; private init; }

        public long? PullRequestNumber { get; private init; }

        public string? Branch { get; private init; }

        public string? CommitSha { get; private init; }

        public string? CommitMessage { get; private init; }

        public string? TriggeredBy { get; private init; }

        public DateTime? CreatedAt { get; private init; }

        public DateTime? FinishedAt { get; private init; }

        public double? DurationSeconds { get; private init; }

        public string? Url { get; private init; }

        internal static DeploymentPart Create(Deployment deployment) =>
            new()
            {
                Id = deployment.Id,
                ProjectId = deployment.ProjectId,
                ProjectName = deployment.ProjectName,
                Status = deployment.Status.ToString(),
                RawStatus = deployment.RawStatus,
                BuildStatus = deployment.BuildStatus,
                FailedPhase = deployment.FailedPhase?.ToString(),
                FailureReason = deployment.FailureReason,
                Environment = deployment.Environment,
                PullRequestNumber = deployment.PullRequestNumber,
                Branch = deployment.Branch,
                CommitSha = deployment.CommitSha,
                CommitMessage = deployment.CommitMessage,
                TriggeredBy = deployment.TriggeredBy,
                CreatedAt = deployment.CreatedAt?.UtcDateTime,
                FinishedAt = deployment.FinishedAt?.UtcDateTime,
                DurationSeconds = deployment.Duration?.TotalSeconds,
                Url = deployment.Url?.AbsoluteUri,
            };
    }

    internal sealed record BudgetPart
    {
        public string? Metric { get; private init; }

        public string? Severity { get; private init; }

        public string? Unit { get; private init; }

        public double? Used { get; private init; }

        public double? Limit { get; private init; }

        public double? Percent { get; private init; }

        public double? Projected { get; private init; }

        public double? ProjectedPercent { get; private init; }

        public string? TeamId { get; private init; }

        public string? Reason { get; private init; }

        internal static BudgetPart Create(BudgetFinding finding) =>
            new()
            {
                Metric = finding.Metric.ToString(),
                Severity = finding.Severity.ToString(),
                Unit = finding.Unit,
                Used = finding.Used,
                Limit = finding.Limit,
                Percent = finding.Percent,
                Projected = finding.Projected,
                ProjectedPercent = finding.ProjectedPercent,
                TeamId = finding.TeamId,
                Reason = finding.Reason,
            };
    }
}

/// <summary>The generated serialization of <see cref="NotificationDocument"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(NotificationDocument))]
internal sealed partial class NotificationJsonContext : JsonSerializerContext;
