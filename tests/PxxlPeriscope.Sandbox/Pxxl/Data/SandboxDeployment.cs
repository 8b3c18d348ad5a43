namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>One deployment as the sandbox knows it. What is null is absent from the answers, never 0 or empty.</summary>
public sealed record SandboxDeployment
{
    public required string Id { get; init; }

    /// <summary>The word the deployment ends with, or simply has when there is no <see cref="Timeline"/>. Any word is allowed.</summary>
    public required string Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string? ProjectId { get; init; }

    public string? ProjectName { get; init; }

    /// <summary>The build's own word; <c>completed</c> beside a failed status means that the release failed.</summary>
    public string? BuildStatus { get; init; }

    public string? Domain { get; init; }

    public string? Branch { get; init; }

    /// <summary>Usually 40 hex digits, sometimes 7; for a zip upload something that is not a commit at all.</summary>
    public string? CommitSha { get; init; }

    public string? CommitMessage { get; init; }

    public string? Environment { get; init; }

    public double? BuildSeconds { get; init; }

    public long? ArtifactBytes { get; init; }

    public SandboxPreview? Preview { get; init; }

    /// <summary>When it ended. The official spelling has no such field.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    public string? ErrorMessage { get; init; }

    public string? TriggeredBy { get; init; }

    /// <summary>With a timeline the state is a function of the sandbox clock; without one it stays as given.</summary>
    public ReleaseTimeline? Timeline { get; init; }

    /// <summary>When the last state is reached.</summary>
    internal DateTimeOffset SettledAt => Timeline is null ? DateTimeOffset.MinValue : CreatedAt + Timeline.Total;

    /// <summary>The deployment as the service shows it at a moment.</summary>
    public SandboxDeployment At(DateTimeOffset now)
    {
        if (now >= SettledAt)
            return this;
        var age = now - CreatedAt;
        if (age < Timeline!.Queued)
            return UnderWay("queued", null);
        return age < Timeline.Queued + Timeline.Building
            ? UnderWay("building", "building")
            : UnderWay("building", "completed") with
            {
                BuildSeconds = BuildSeconds,
                ArtifactBytes = ArtifactBytes,
            };
    }

    private SandboxDeployment UnderWay(string status, string? buildStatus) =>
        this with
        {
            Status = status,
            BuildStatus = buildStatus,
            BuildSeconds = null,
            ArtifactBytes = null,
            FinishedAt = null,
            ErrorMessage = null,
        };
}
