namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>A line that a test writes to a deployment log, with the current time of the sandbox unless it specifies another.</summary>
public sealed record SandboxLogLine
{
    public required string DeploymentId { get; init; }

    public required string Text { get; init; }

    /// <summary>The phase of a build log line; null for a line of the runtime log.</summary>
    public string? Phase { get; init; }

    public string? Level { get; init; }

    public DateTimeOffset? Time { get; init; }
}
