using System.Text.Json;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Pxxl.Deployments;

/// <summary>Reads a deployment under every known or expected field name. (docs/facts/pxxl-api.md, "Deployments".)</summary>
internal sealed class DeploymentReader
{
    private enum Field
    {
        Id,
        Project,
        ProjectId,
        ProjectName,
        Status,
        BuildStatus,
        Branch,
        Commit,
        CommitSha,
        CommitMessage,
        CreatedAt,
        FinishedAt,
        UpdatedAt,
        BuildSeconds,
        BuildMilliseconds,
        ArtifactBytes,
        FailureReason,
        Creator,
        Url,
        Environment,
        Preview,
    }

    private static readonly FieldAliases Fields = new(
        ["id", "_id", "deploymentId", "deployment_id", "uid"],
        ["project"],
        ["projectId", "project_id"],
        ["projectName", "project_name"],
        // The Pxxl CLI prefers deploymentStatus if both are present.
        ["deploymentStatus", "deployment_status", "status", "state"],
        ["buildStatus", "build_status"],
        ["branch", "githubBranch", "gitBranch", "git_branch", "ref"],
        ["commit"],
        ["commitSha", "commit_sha", "sha", "commitHash", "commit_hash"],
        ["commitMessage", "commit_message"],
        ["createdAt", "created_at", "startedAt", "started_at", "queuedAt", "queued_at"],
        [
            "finishedAt",
            "finished_at",
            "completedAt",
            "completed_at",
            "endedAt",
            "ended_at",
            "readyAt",
            "ready_at",
            "deployedAt",
            "deployed_at",
        ],
        ["updatedAt", "updated_at"],
        ["buildSeconds", "build_seconds", "buildDuration", "build_duration", "buildTime", "build_time", "duration"],
        ["durationMs", "duration_ms"],
        ["artifactBytes", "artifact_bytes"],
        ["error", "errorMessage", "error_message", "failureReason", "failure_reason", "statusMessage", "status_message"],
        ["triggeredBy", "triggered_by", "creator", "user"],
        ["deploymentUrl", "deployment_url", "url", "domain", "domainName", "domain_name", "projectUrl", "project_url"],
        ["environment", "deployEnvironment", "deploy_environment"],
        ["preview"]
    );

    private readonly FieldAliases.RowReader _row = new(Fields);

    /// <summary>Returns null for a row without an id, which cannot be used.</summary>
    internal Deployment? Read(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        _row.Read(row);
        if (Of(Field.Id).AsText() is not { } id)
        {
            return null;
        }

        var (project, commit, preview) = (Of(Field.Project), Of(Field.Commit), Of(Field.Preview));
        var status = Of(Field.Status).AsText();
        var buildStatus = Of(Field.BuildStatus).AsText();
        var isPreview = preview.GetMember("enabled")?.AsBoolean() ?? preview.ValueKind == JsonValueKind.Object;
        return new Deployment
        {
            Id = id,
            ProjectId = Of(Field.ProjectId).AsText() ?? project.GetMember("id", "_id")?.AsText(),
            ProjectName = Of(Field.ProjectName).AsText() ?? project.GetMember("name")?.AsText() ?? project.AsText(),
            Status = status is null ? DeploymentStatusParser.ParseBuildStatus(buildStatus) : DeploymentStatusParser.Parse(status),
            RawStatus = status ?? buildStatus,
            BuildStatus = buildStatus,
            IsBuildStatusOnly = status is null && buildStatus is not null,
            Environment = isPreview ? "preview" : Of(Field.Environment).AsText(),
            Branch = Of(Field.Branch).AsText() ?? preview.GetMember("branch")?.AsText(),
            CommitSha =
                Of(Field.CommitSha).AsText()
                ?? commit.GetMember("sha", "id", "hash")?.AsText()
                ?? commit.AsText()
                ?? preview.GetMember("sha")?.AsText(),
            CommitMessage = Of(Field.CommitMessage).AsText() ?? commit.GetMember("message")?.AsText(),
            CreatedAt = Of(Field.CreatedAt).AsTimestamp(),
            FinishedAt = Of(Field.FinishedAt).AsTimestamp(),
            UpdatedAt = Of(Field.UpdatedAt).AsTimestamp(),
            BuildSeconds = NotNegative(Of(Field.BuildSeconds).AsNumber()) ?? NotNegative(Of(Field.BuildMilliseconds).AsNumber()) / 1000,
            ArtifactBytes = Of(Field.ArtifactBytes).AsCount(),
            FailureReason = Of(Field.FailureReason) is var reason ? reason.AsText() ?? reason.GetMember("message")?.AsText() : null,
            TriggeredBy = Of(Field.Creator) is var creator
                ? creator.AsText() ?? creator.GetMember("email", "name", "login", "id")?.AsText()
                : null,
            SiteText = Of(Field.Url).AsText(),
            PullRequestNumber = preview.GetMember("pullRequestNumber")?.AsCount(),
        };

        JsonElement Of(Field field) => _row[(int)field];
    }

    private static double? NotNegative(double? number) => number >= 0 ? number : null;
}
