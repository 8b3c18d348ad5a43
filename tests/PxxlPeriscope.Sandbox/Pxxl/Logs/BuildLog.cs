using PxxlPeriscope.Sandbox.Pxxl.Data;

namespace PxxlPeriscope.Sandbox.Pxxl.Logs;

/// <summary>The build log of a deployment up to its current progress.</summary>
internal static class BuildLog
{
    private static readonly ReleaseTimeline AnyTimeline = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(30));

    public static IEnumerable<LogLine> Of(SandboxDeployment deployment, DateTimeOffset now) =>
        AllOf(deployment).TakeWhile(line => line.Time <= now);

    private static IEnumerable<LogLine> AllOf(SandboxDeployment deployment)
    {
        var timeline = deployment.Timeline ?? AnyTimeline;
        var build = deployment.CreatedAt + timeline.Queued;
        var release = build + timeline.Building;
        DateTimeOffset Building(double share) => build + timeline.Building * share;
        DateTimeOffset Releasing(double share) => release + timeline.Releasing * share;

        // A zip upload shows its install lines and a plain marker, even if the build ran.
        if (deployment.Branch is null)
        {
            yield return new(Building(0), "added 211 packages in 9s", "install");
            yield return new(Building(0.5), "[build]", "build");
            yield break;
        }

        yield return new(Building(0), $"Cloning {deployment.ProjectName ?? deployment.ProjectId} at {deployment.CommitSha}", "source");
        yield return new(Building(0.05), "Detected framework and package manager", "analyse");
        // Colors are passed through as the tools wrote them.
        yield return new(Building(0.1), "\u001b[33mnpm warn\u001b[0m deprecated glob@7.2.3: no longer supported", "install");
        yield return new(Building(0.4), "added 842 packages in 31s", "install");
        yield return new(Building(0.5), "> build", "build");
        if (deployment.BuildStatus == "failed" || (deployment.BuildStatus is null && deployment.Status == "failed"))
        {
            yield return new(Building(0.95), "\u001b[31mError: Command \"npm run build\" exited with 1\u001b[0m", "build");
            yield break;
        }

        yield return new(Building(1), $"Build completed in {timeline.Building.TotalSeconds:0}s", "build");
        yield return new(Releasing(0), "Pushing the image", "publish");
        yield return new(Releasing(0.6), "GET /health 200", "health check");
        yield return deployment.Status == "failed"
            ? new(Releasing(1), "Promotion of the proxy route failed; the previous release keeps serving", "publish")
            : new(Releasing(1), $"https://{deployment.Domain} is live", "live");
    }
}
