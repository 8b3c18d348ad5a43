namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>A line that a test writes into the log of a deployment, at the sandbox's present time unless it says another.</summary>
public sealed record SandboxLogLine
{
    public required string DeploymentId { get; init; }

    public required string Text { get; init; }

    /// <summary>The build log's; without it the line is one of the running release.</summary>
    public string? Phase { get; init; }

    public string? Level { get; init; }

    public DateTimeOffset? Time { get; init; }
}
