using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>Reads a deployment in every spelling that the facts know or expect. (Fact sheet, section (c).)</summary>
internal sealed class DeploymentReader
{
    private enum Field
    {
        Id, Project, ProjectId, ProjectName, Status, BuildStatus, Branch, Commit, CommitSha, CommitMessage, CreatedAt, FinishedAt, UpdatedAt,
        BuildSeconds, BuildMilliseconds, ArtifactBytes, FailureReason, Creator, Url, Environment, Preview,
    }

    private static readonly FieldNames Fields = new(
        ["id", "_id", "deploymentId", "deployment_id", "uid"],
        ["project"],
        ["projectId", "project_id"],
        ["projectName", "project_name"],
        // Pxxl's own command line prefers deploymentStatus when both are there.
        ["deploymentStatus", "deployment_status", "status", "state"],
        ["buildStatus", "build_status"],
        ["branch", "githubBranch", "gitBranch", "git_branch", "ref"],
        ["commit"],
        ["commitSha", "commit_sha", "sha", "commitHash", "commit_hash"],
        ["commitMessage", "commit_message"],
        ["createdAt", "created_at", "startedAt", "started_at", "queuedAt", "queued_at"],
        ["finishedAt", "finished_at", "completedAt", "completed_at", "endedAt", "ended_at", "readyAt", "ready_at", "deployedAt", "deployed_at"],
        ["updatedAt", "updated_at"],
        ["buildSeconds", "build_seconds", "buildDuration", "build_duration", "buildTime", "build_time", "duration"],
        ["durationMs", "duration_ms"],
        ["artifactBytes", "artifact_bytes"],
        ["error", "errorMessage", "error_message", "failureReason", "failure_reason", "statusMessage", "status_message"],
        ["triggeredBy", "triggered_by", "creator", "user"],
        ["deploymentUrl", "deployment_url", "url", "domain", "domainName", "domain_name", "projectUrl", "project_url"],
        ["environment", "deployEnvironment", "deploy_environment"],
        ["preview"]);

    private readonly FieldNames.RowReader _row = new(Fields);

    /// <summary>Null for a row without an id, which nothing can be done with.</summary>
    internal Deployment? Read(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        _row.Read(row);
        if (Of(Field.Id).Text() is not { } id)
        {
            return null;
        }

        var (project, commit, preview) = (Of(Field.Project), Of(Field.Commit), Of(Field.Preview));
        var status = Of(Field.Status).Text();
        var buildStatus = Of(Field.BuildStatus).Text();
        var isPreview = preview.Member("enabled")?.Flag() ?? preview.ValueKind == JsonValueKind.Object;
        return new Deployment
        {
            Id = id,
            ProjectId = Of(Field.ProjectId).Text() ?? project.Member("id", "_id")?.Text(),
            ProjectName = Of(Field.ProjectName).Text() ?? project.Member("name")?.Text() ?? project.Text(),
            Status = status is null ? StatusWords.ReadBuild(buildStatus) : StatusWords.Read(status),
            RawStatus = status ?? buildStatus,
            BuildStatus = buildStatus,
            IsBuildStatusOnly = status is null && buildStatus is not null,
            Environment = isPreview ? "preview" : Of(Field.Environment).Text(),
            Branch = Of(Field.Branch).Text() ?? preview.Member("branch")?.Text(),
            CommitSha = Of(Field.CommitSha).Text() ?? commit.Member("sha", "id", "hash")?.Text() ?? commit.Text() ?? preview.Member("sha")?.Text(),
            CommitMessage = Of(Field.CommitMessage).Text() ?? commit.Member("message")?.Text(),
            CreatedAt = Of(Field.CreatedAt).Moment(),
            FinishedAt = Of(Field.FinishedAt).Moment(),
            UpdatedAt = Of(Field.UpdatedAt).Moment(),
            BuildSeconds = NotNegative(Of(Field.BuildSeconds).Number()) ?? NotNegative(Of(Field.BuildMilliseconds).Number()) / 1000,
            ArtifactBytes = Of(Field.ArtifactBytes).Count(),
            FailureReason = Of(Field.FailureReason) is var reason ? reason.Text() ?? reason.Member("message")?.Text() : null,
            TriggeredBy = Of(Field.Creator) is var creator ? creator.Text() ?? creator.Member("email", "name", "login", "id")?.Text() : null,
            SiteText = Of(Field.Url).Text(),
            PullRequestNumber = preview.Member("pullRequestNumber")?.Count(),
        };

        JsonElement Of(Field field) => _row[(int)field];
    }

    private static double? NotNegative(double? number) => number >= 0 ? number : null;
}
