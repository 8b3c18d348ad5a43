namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>A deployment in the sandbox. Null properties are absent from responses, never 0 or empty.</summary>
public sealed record SandboxDeployment
{
    public required string Id { get; init; }

    /// <summary>The final status, or the fixed one without a <see cref="Timeline"/>. Any value is allowed.</summary>
    public required string Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string? ProjectId { get; init; }

    public string? ProjectName { get; init; }

    /// <summary>The status of the build. <c>completed</c> with a failed status means that the release failed.</summary>
    public string? BuildStatus { get; init; }

    public string? Domain { get; init; }

    public string? Branch { get; init; }

    /// <summary>Usually 40 hexadecimal digits, sometimes 7; not a commit at all for a zip upload.</summary>
    public string? CommitSha { get; init; }

    public string? CommitMessage { get; init; }

    public string? Environment { get; init; }

    public double? BuildSeconds { get; init; }

    public long? ArtifactBytes { get; init; }

    public SandboxPreview? Preview { get; init; }

    /// <summary>The finish time. The documented camelCase fields do not include it.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    public string? ErrorMessage { get; init; }

    public string? TriggeredBy { get; init; }

    /// <summary>With a timeline, the state follows the sandbox clock; without one, it is fixed.</summary>
    public ReleaseTimeline? Timeline { get; init; }

    /// <summary>The time at which the final state is reached.</summary>
    internal DateTimeOffset SettledAt => Timeline is null ? DateTimeOffset.MinValue : CreatedAt + Timeline.Total;

    /// <summary>The deployment as the service shows it at a given time.</summary>
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
