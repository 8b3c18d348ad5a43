using PxxlPeriscope.Periscope;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Reports.Conversion;

/// <summary>Makes a Periscope report of a Pxxl deployment, as the README's mapping says.</summary>
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

    /// <summary>Environments by the word they have at Pxxl, in any case.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentMap { get; init; } = new Dictionary<string, string>();

    /// <summary>Services by project name or id, in any case.</summary>
    public IReadOnlyDictionary<string, string> ServiceMap { get; init; } = new Dictionary<string, string>();

    /// <summary>The clock for what ends without Pxxl saying when.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Makes the report, or says in <paramref name="skipped"/> why there can be none.</summary>
    public DeploymentReport? Convert(Deployment deployment, out string? skipped) =>
        Convert(deployment, TimeProvider.GetUtcNow(), out skipped);

    /// <summary>
    /// Makes the report of an event's deployment, or says in <paramref name="skipped"/> why there can be none. Where Pxxl does not
    /// say when something was, the event's own time is when it was observed.
    /// </summary>
    public DeploymentReport? Convert(PxxlWebhookEvent webhookEvent, out string? skipped)
    {
        var observedAt = webhookEvent.Timestamp ?? TimeProvider.GetUtcNow();
        if (webhookEvent.Deployment is not { } deployment)
        {
            skipped = $"The event {webhookEvent.Name} is about no deployment.";
            return null;
        }

        // The event that announces a deployment comes with its creation; any later one says nothing about that.
        var isNew = webhookEvent.Action is "created" or "queued";
        var report = Convert(
            isNew && deployment.CreatedAt is null ? deployment with { CreatedAt = observedAt } : deployment,
            observedAt,
            out skipped
        );
        skipped = skipped is null
            ? null
            : skipped + " ConvertFrom-PxxlWebhook -Refresh and Receive-PxxlWebhook -Refresh read the whole deployment from Pxxl.";
        return report;
    }

    private DeploymentReport? Convert(Deployment deployment, DateTimeOffset observedAt, out string? skipped)
    {
        skipped = FindSkipReason(deployment);
        if (skipped is not null)
        {
            skipped =
                $"Deployment {deployment.Id} of {deployment.ProjectName ?? deployment.ProjectId ?? "an unnamed project"} is not reported: {skipped}.";
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

    /// <summary>The status that a report would have; null when there can be none.</summary>
    internal static string? ToReportStatus(Deployment deployment) =>
        Statuses.TryGetValue(deployment.Status, out var status) ? status : null;

    /// <summary>Periscope has one namespace of ids for everything that reports to it.</summary>
    internal static string ToReportId(string pxxlId) => "pxxl-" + pxxlId;

    /// <summary>The release that a finished deployment was, whether or not it can be reported.</summary>
    internal SuccessfulRelease? ToSuccessfulRelease(Deployment deployment)
    {
        if (deployment.Status != DeploymentStatus.Success || deployment.CreatedAt is not { } created)
        {
            return null;
        }

        var (completedAt, source) = ResolveCompletion(deployment, TimeProvider.GetUtcNow());
        // Where its end is not known, an old release must not count as the latest only because it is looked at now.
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

    /// <summary>Whether it is the kind of deployment that no report can ever be made of.</summary>
    internal static bool HasNoCommit(Deployment deployment) => !ReportValidation.IsCommitSha(deployment.CommitSha);

    private static string? FindSkipReason(Deployment deployment) =>
        string.IsNullOrEmpty(deployment.CommitSha) ? "it has no commit (a zip deployment), and Periscope takes none without"
        : !ReportValidation.IsCommitSha(deployment.CommitSha)
            ? $"'{Printable.ToSingleLine(deployment.CommitSha!, 50)}' is no commit (a zip deployment has another identifier there)"
        : deployment.CreatedAt is null ? "Pxxl does not say when it was created"
        : !Statuses.ContainsKey(deployment.Status) ? "Pxxl gives it no status"
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
            // A clock here that is behind Pxxl's must not make a report that Periscope refuses.
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
