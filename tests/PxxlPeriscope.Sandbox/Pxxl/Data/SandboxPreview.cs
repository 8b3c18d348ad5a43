namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>The <c>preview</c> object of a pull request deployment.</summary>
public sealed record SandboxPreview
{
    public bool Enabled { get; init; } = true;

    public string Kind { get; init; } = "pull_request";

    public string? Branch { get; init; }

    public string? Sha { get; init; }

    public int? PullRequestNumber { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}
