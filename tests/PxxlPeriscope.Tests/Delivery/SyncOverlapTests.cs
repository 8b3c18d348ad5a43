using static PxxlPeriscope.Tests.SyncDeployments;

namespace PxxlPeriscope.Tests;

/// <summary>What Pxxl lists late: it was created before something that an earlier run has read, and appears after it.</summary>
public sealed class SyncOverlapTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(59, false)]
    [InlineData(59, true)]
    public async Task A_deployment_that_appears_up_to_an_hour_late_is_reported(int minutes, bool isOneProject)
    {
        await using var world = await WorldOf(Deployed("newest", daysAgo: 1), Deployed("before", daysAgo: 5));
        world.Sandbox.Data.AddProject(world.Sandbox.Data.Projects[0] with { Id = "proj_1" });
        await SyncAsync(world, isOneProject);
        world.Clock.Advance(TimeSpan.FromDays(2));
        world.Sandbox.Data.Add(Deployed("late", Deployed("newest", daysAgo: 1).CreatedAt.AddMinutes(-minutes)));

        var summary = await SyncAsync(world, isOneProject);

        Assert.Equal(["pxxl-before", "pxxl-late", "pxxl-newest"], Ids(world));
        // What is read again is sent again only where the late one says something new of it.
        Assert.Equal(2, summary.Reported);
        Assert.Equal(Sha("late"), (string?)world.Sandbox.Reports["pxxl-newest"].Payload["previousCommitSha"]);
        Assert.Single(world.Sandbox.Reports["pxxl-before"].Statuses);
    }

    [Fact]
    public async Task It_is_reported_however_much_is_newer()
    {
        await using var world = await WorldOf(Deployed("newest", daysAgo: 1));
        await SyncAsync(world);
        world.Sandbox.Data.Add(Deployed("late", Deployed("newest", daysAgo: 1).CreatedAt.AddMinutes(-59)));
        for (var number = 0; number < 150; number++)
        {
            world.Sandbox.Data.Add(Deployed($"n{number}", world.Clock.GetUtcNow().AddSeconds(-number)));
        }

        await SyncAsync(world);

        Assert.Contains("pxxl-late", Ids(world));
        Assert.Equal(152, Ids(world).Count());
    }

    private async Task<SyncSummary> SyncAsync(World world, bool isOneProject = false)
    {
        var run = new SyncRun(world.Pxxl, world.Log)
        {
            StatePath = Directory.CreateDirectory(_folder["state"]).FullName,
            ProjectIds = isOneProject ? ["proj_1"] : null,
            Conversion = new() { TimeProvider = world.Clock },
        };
        await foreach (var outcome in run.RunAsync(world.Periscope, World.Ct))
        {
            Assert.Null(outcome.Failure);
        }

        return run.Summary!;
    }
}
