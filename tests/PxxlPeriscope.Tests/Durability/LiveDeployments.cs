using PxxlPeriscope.Sandbox;
using PxxlPeriscope.Sandbox.Pxxl.Data;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>Starts deployments during a test, so that runs see them in every state.</summary>
internal sealed class LiveDeployments(SandboxHost sandbox, Random random)
{
    private static readonly string[] Ends = ["deployed", "successful", "failed", "cancelled", "rolled_back"];

    /// <summary>Longer than any deployment takes.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromMinutes(20);

    private readonly SandboxProject[] _projects = [.. sandbox.Data.Projects.Where(project => project.GithubUrl is not null)];
    private int _begun;

    public void Start(int deployments)
    {
        for (var i = 0; i < deployments; i++)
        {
            var project = _projects[random.Next(_projects.Length)];
            var timeline = new ReleaseTimeline(Seconds(120), Seconds(600), Seconds(120));
            sandbox.Data.Add(
                new SandboxDeployment
                {
                    Id = $"dep_live{++_begun:0000000000000000}",
                    ProjectId = project.Id,
                    ProjectName = project.Name,
                    Branch = "main",
                    CommitSha = $"{random.NextInt64():x16}{random.NextInt64():x16}{random.Next():x8}",
                    CreatedAt = sandbox.Clock.UtcNow,
                    Status = Ends[random.Next(Ends.Length)],
                    // Some deployments have no build duration.
                    BuildSeconds = random.Next(3) == 0 ? null : timeline.Building.TotalSeconds,
                    Timeline = timeline,
                }
            );
        }

        TimeSpan Seconds(int most) => TimeSpan.FromSeconds(random.Next(1, most));
    }
}
