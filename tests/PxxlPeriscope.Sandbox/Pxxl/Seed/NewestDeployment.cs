using PxxlPeriscope.Sandbox.Pxxl.Data;

namespace PxxlPeriscope.Sandbox.Pxxl.Seed;

/// <summary>
/// The three newest deployments of every seed are in progress when the sandbox starts, and their outcomes are known: one is queued,
/// one is building and will fail in its release, and one is being released.
/// </summary>
internal sealed record NewestDeployment(TimeSpan Age, ReleaseTimeline Timeline, DeploymentOutcome Outcome)
{
    public static readonly IReadOnlyList<NewestDeployment> All =
    [
        new(
            TimeSpan.FromMinutes(1),
            new(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(150), TimeSpan.FromSeconds(40)),
            DeploymentOutcome.Deployed
        ),
        new(
            TimeSpan.FromMinutes(3),
            new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(280), TimeSpan.FromSeconds(60)),
            DeploymentOutcome.ReleaseFailed
        ),
        new(
            TimeSpan.FromMinutes(6),
            new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(320), TimeSpan.FromSeconds(90)),
            DeploymentOutcome.Successful
        ),
    ];
}
