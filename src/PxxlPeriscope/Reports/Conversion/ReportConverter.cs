using PxxlPeriscope.Periscope;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Reports.Conversion;

/// <summary>Converts Pxxl deployments to Periscope reports, using the mapping in the README.</summary>
public sealed class ReportConverter
{
    private static readonly TimeSpan MaxReleaseTime = TimeSpan.FromHours(1);

    private static readonly Dictionary<DeploymentStatus, string> Statuses = new()
    {
        [DeploymentStatus.Queued] = ReportStatus.Pending,
        [DeploymentStatus.InProgress] = ReportStatus.InProgress,
        [DeploymentStatus.Success] = ReportStatus.Success,
        [DeploymentStatus.Failed] = ReportStatus.Failure,
        [DeploymentStatus.Stopped] = ReportStatus.Cancelled,
        [DeploymentStatus.RolledBack] = ReportStatus.RolledBack,
    };

    /// <summary>Periscope environments by their name at Pxxl, ignoring case.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentMap { get; init; } = new Dictionary<string, string>();

    /// <summary>Services by project name or id, ignoring case.</summary>
    public IReadOnlyDictionary<string, string> ServiceMap { get; init; } = new Dictionary<string, string>();

    /// <summary>The clock for deployments whose end time Pxxl does not return.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Converts a deployment, or returns in <paramref name="skipped"/> why it cannot be reported.</summary>
    public DeploymentReport? Convert(Deployment deployment, out string? skipped) =>
        Convert(deployment, TimeProvider.GetUtcNow(), out skipped);

    /// <summary>
    /// Converts the deployment of an event, or returns in <paramref name="skipped"/> why it cannot be reported. If Pxxl does not return a
    /// time, the time of the event is used as the time of observation.
    /// </summary>
    public DeploymentReport? Convert(PxxlWebhookEvent webhookEvent, out string? skipped)
    {
        var observedAt = webhookEvent.Timestamp ?? TimeProvider.GetUtcNow();
        if (webhookEvent.Deployment is not { } deployment)
        {
            skipped = $"The event {webhookEvent.Name} does not refer to a deployment.";
            return null;
        }

        // The event that announces a deployment is sent when it is created. Later events do not tell when that was.
        var isNew = webhookEvent.Action is "created" or "queued";
        var report = Convert(
            isNew && deployment.CreatedAt is null ? deployment with { CreatedAt = observedAt } : deployment,
            observedAt,
            out skipped
        );
        skipped = skipped is null
            ? null
            : skipped + " ConvertFrom-PxxlWebhook -Refresh and Receive-PxxlWebhook -Refresh read the complete deployment from Pxxl.";
        return report;
    }

    private DeploymentReport? Convert(Deployment deployment, DateTimeOffset observedAt, out string? skipped)
    {
        skipped = FindSkipReason(deployment);
        if (skipped is not null)
        {
            skipped =
                $"Deployment {deployment.Id} of {deployment.ProjectName ?? deployment.ProjectId ?? "an unnamed project"} "
                + $"is not reported: {skipped}.";
            return null;
        }

        var (completedAt, source) = ResolveCompletion(deployment, observedAt);
        return new DeploymentReport
        {
            DeploymentId = ToReportId(deployment.Id),
            CommitSha = deployment.CommitSha!,
            Environment = MapEnvironment(deployment.Environment),
            Status = Statuses[deployment.Status],
            StartedAt = deployment.CreatedAt,
            CompletedAt = completedAt,
            CompletedAtSource = source,
            Service = MapService(deployment),
            Branch = deployment.Branch,
            PipelineName = "Pxxl",
            PipelineUrl = deployment.DashboardUrl?.AbsoluteUri,
        };
    }

    /// <summary>Returns the status that a report would have; null if the deployment cannot be reported.</summary>
    internal static string? ToReportStatus(Deployment deployment) =>
        Statuses.TryGetValue(deployment.Status, out var status) ? status : null;

    /// <summary>Returns the id in Periscope, where all reporters share one namespace of ids.</summary>
    internal static string ToReportId(string pxxlId) => "pxxl-" + pxxlId;

    /// <summary>Returns the service and environment of a deployment as its report names them.</summary>
    internal (string? Service, string Environment) GetTarget(Deployment deployment) =>
        (MapService(deployment), MapEnvironment(deployment.Environment));

    /// <summary>Returns the release that a finished deployment made, even if it cannot be reported.</summary>
    internal SuccessfulRelease? ToSuccessfulRelease(Deployment deployment)
    {
        if (deployment.Status != DeploymentStatus.Success || deployment.CreatedAt is not { } created)
        {
            return null;
        }

        var (completedAt, source) = ResolveCompletion(deployment, TimeProvider.GetUtcNow());
        // If the end time is not known, an old release must not become the latest one because of the time at which it is read.
        var maximum = created < DateTimeOffset.MaxValue - MaxReleaseTime ? created + MaxReleaseTime : created;
        completedAt = source is CompletionSource.LastChange or CompletionSource.Observed && completedAt > maximum ? maximum : completedAt;
        var commit = ReportValidation.IsCommitSha(deployment.CommitSha) ? deployment.CommitSha : null;
        return new SuccessfulRelease(
            MapService(deployment),
            MapEnvironment(deployment.Environment),
            deployment.Id,
            deployment.ProjectId,
            commit,
            created,
            completedAt!.Value,
            source == CompletionSource.Finished
        );
    }

    /// <summary>Whether a deployment can never be reported because it has no commit.</summary>
    internal static bool HasNoCommit(Deployment deployment) => !ReportValidation.IsCommitSha(deployment.CommitSha);

    private static string? FindSkipReason(Deployment deployment) =>
        string.IsNullOrEmpty(deployment.CommitSha) ? "it has no commit (a zip deployment), and Periscope requires one"
        : !ReportValidation.IsCommitSha(deployment.CommitSha)
            ? $"'{Printable.ToSingleLine(deployment.CommitSha!, 50)}' is not a commit SHA (a zip deployment has a different identifier)"
        : deployment.CreatedAt is null ? "Pxxl does not return its creation time"
        : !Statuses.ContainsKey(deployment.Status) ? "Pxxl does not return its status"
        : null;

    private static (DateTimeOffset?, CompletionSource) ResolveCompletion(Deployment deployment, DateTimeOffset observedAt)
    {
        if (!deployment.IsTerminal)
        {
            return (null, CompletionSource.None);
        }

        var created = deployment.CreatedAt!.Value;
        DateTimeOffset? built =
            deployment.BuildSeconds is { } seconds && seconds < (DateTimeOffset.MaxValue - created).TotalSeconds
                ? created.AddSeconds(seconds)
                : null;
        return deployment.FinishedAt >= created ? (deployment.FinishedAt, CompletionSource.Finished)
            : built is not null ? (built, CompletionSource.BuildTime)
            : deployment.UpdatedAt >= created ? (deployment.UpdatedAt, CompletionSource.LastChange)
            // If the local clock is behind that of Pxxl, the report must still be valid for Periscope.
            : (observedAt >= created ? observedAt : created, CompletionSource.Observed);
    }

    private string MapEnvironment(string? word)
    {
        var name = word ?? StandardEnvironment.Production;
        return FindMapped(EnvironmentMap, name) ?? StandardEnvironment.Normalize(name);
    }

    private string? MapService(Deployment deployment) =>
        FindMapped(ServiceMap, deployment.ProjectName)
        ?? FindMapped(ServiceMap, deployment.ProjectId)
        ?? deployment.ProjectName
        ?? deployment.ProjectId;

    private static string? FindMapped(IReadOnlyDictionary<string, string> map, string? key) =>
        key is null ? null : map.FirstOrDefault(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase)).Value;
}
