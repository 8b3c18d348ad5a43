namespace PxxlPeriscope.Sandbox.Pxxl.Seed;

/// <summary>The outcome of a deployment: its status, the build status and, if it failed, the reason.</summary>
internal sealed record DeploymentOutcome(string Status, string BuildStatus, string? Error = null)
{
    public static readonly DeploymentOutcome Deployed = new("deployed", "completed");

    public static readonly DeploymentOutcome Successful = new("successful", "completed");

    public static readonly DeploymentOutcome Succeeded = new("succeeded", "completed");

    public static readonly DeploymentOutcome BuildFailed = new("failed", "failed", "install and build: npm run build exited with 1");

    public static readonly DeploymentOutcome OutOfMemory = new("failed", "failed", "install and build: out of memory");

    /// <summary>The build succeeds and the release fails: the most common surprise on Pxxl.</summary>
    public static readonly DeploymentOutcome ReleaseFailed = new("failed", "completed", "publish: promotion of the proxy route failed");

    public static readonly DeploymentOutcome Cancelled = new("cancelled", "cancelled");

    public static readonly DeploymentOutcome Canceled = new("canceled", "cancelled");

    public static readonly DeploymentOutcome RolledBack = new("rolled_back", "completed");

    /// <summary>An undocumented status. A client keeps it and treats it as in progress.</summary>
    public static readonly DeploymentOutcome Promoting = new("promoting", "completed");

    /// <summary>False for the status that may still change.</summary>
    public bool IsEnd => this != Promoting;
}
