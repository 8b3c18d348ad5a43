using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Responses;

/// <summary>The field names of a deployment in one spelling. A null name means that the spelling has no such field.</summary>
internal sealed record DeploymentFieldNames
{
    public required string Id { get; init; }

    public required string Status { get; init; }

    public required string DeploymentStatus { get; init; }

    public required string State { get; init; }

    public required string BuildStatus { get; init; }

    /// <summary>Null if the project is an object: <c>project{id, name}</c>.</summary>
    public string? ProjectId { get; init; }

    public string? ProjectName { get; init; }

    /// <summary>Null if the commit is an object: <c>commit{sha, message}</c>.</summary>
    public string? CommitSha { get; init; }

    public string? CommitMessage { get; init; }

    public required string Branch { get; init; }

    public required string Domain { get; init; }

    public required string Environment { get; init; }

    public required string CreatedAt { get; init; }

    public string? FinishedAt { get; init; }

    public required string BuildDuration { get; init; }

    /// <summary>The number of units of <see cref="BuildDuration"/> in one second.</summary>
    public double BuildDurationPerSecond { get; init; } = 1;

    public required string ArtifactBytes { get; init; }

    public string? Error { get; init; }

    public string? TriggeredBy { get; init; }

    public static DeploymentFieldNames Of(Spelling spelling) =>
        spelling switch
        {
            Spelling.Snake => Snake,
            Spelling.Alternative => Alternative,
            _ => Official,
        };

    private static readonly DeploymentFieldNames Official = new()
    {
        Id = "id",
        Status = "status",
        DeploymentStatus = "deploymentStatus",
        State = "state",
        BuildStatus = "buildStatus",
        ProjectId = "projectId",
        ProjectName = "projectName",
        CommitSha = "commitSha",
        CommitMessage = "commitMessage",
        Branch = "branch",
        Domain = "domain",
        Environment = "environment",
        CreatedAt = "createdAt",
        BuildDuration = "buildSeconds",
        ArtifactBytes = "artifactBytes",
    };

    private static readonly DeploymentFieldNames Snake = new()
    {
        Id = "deployment_id",
        Status = "status",
        DeploymentStatus = "deployment_status",
        State = "state",
        BuildStatus = "build_status",
        ProjectId = "project_id",
        ProjectName = "project_name",
        CommitSha = "commit_sha",
        CommitMessage = "commit_message",
        Branch = "branch",
        Domain = "domain",
        Environment = "environment",
        CreatedAt = "created_at",
        FinishedAt = "finished_at",
        BuildDuration = "build_seconds",
        ArtifactBytes = "artifact_bytes",
        Error = "error_message",
        TriggeredBy = "triggered_by",
    };

    private static readonly DeploymentFieldNames Alternative = new()
    {
        Id = "_id",
        Status = "status",
        DeploymentStatus = "deploymentStatus",
        State = "state",
        BuildStatus = "buildStatus",
        Branch = "ref",
        Domain = "domainName",
        Environment = "deployEnvironment",
        CreatedAt = "startedAt",
        FinishedAt = "finishedAt",
        BuildDuration = "durationMs",
        BuildDurationPerSecond = 1000,
        ArtifactBytes = "artifactBytes",
        Error = "failureReason",
        TriggeredBy = "creator",
    };
}
