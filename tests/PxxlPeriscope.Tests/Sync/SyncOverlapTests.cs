using PxxlPeriscope.Sync;
using static PxxlPeriscope.Tests.Sync.SyncDeployments;

namespace PxxlPeriscope.Tests.Sync;

/// <summary>
/// Deployments that Pxxl lists late: they were created before a deployment that an earlier run has read, and appear after it.
/// </summary>
public sealed class SyncOverlapTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(59, false)]
    [InlineData(59, true)]
    public async Task A_deployment_that_appears_up_to_an_hour_late_is_reported(int minutes, bool isOneProject)
    {
        await using var fixture = await StartSandboxAsync(Deployed("newest", daysAgo: 1), Deployed("before", daysAgo: 5));
        fixture.Sandbox.Data.AddProject(fixture.Sandbox.Data.Projects[0] with { Id = "proj_1" });
        await SyncAsync(fixture, isOneProject);
        fixture.Clock.Advance(TimeSpan.FromDays(2));
        fixture.Sandbox.Data.Add(Deployed("late", Deployed("newest", daysAgo: 1).CreatedAt.AddMinutes(-minutes)));

        var summary = await SyncAsync(fixture, isOneProject);

        Assert.Equal(["pxxl-before", "pxxl-late", "pxxl-newest"], Ids(fixture));
        // A deployment that is read again is sent again only if the late one changes it.
        Assert.Equal(2, summary.Reported);
        Assert.Equal(Sha("late"), (string?)fixture.Sandbox.Reports["pxxl-newest"].Payload["previousCommitSha"]);
        Assert.Single(fixture.Sandbox.Reports["pxxl-before"].Statuses);
    }

    [Fact]
    public async Task It_is_reported_regardless_of_the_number_of_newer_deployments()
    {
        await using var fixture = await StartSandboxAsync(Deployed("newest", daysAgo: 1));
        await SyncAsync(fixture);
        fixture.Sandbox.Data.Add(Deployed("late", Deployed("newest", daysAgo: 1).CreatedAt.AddMinutes(-59)));
        for (var number = 0; number < 150; number++)
        {
            fixture.Sandbox.Data.Add(Deployed($"n{number}", fixture.Clock.GetUtcNow().AddSeconds(-number)));
        }

        await SyncAsync(fixture);

        Assert.Contains("pxxl-late", Ids(fixture));
        Assert.Equal(152, Ids(fixture).Count());
    }

    private async Task<SyncSummary> SyncAsync(SandboxFixture fixture, bool isOneProject = false)
    {
        var run = new SyncJob(fixture.Pxxl, fixture.Log)
        {
            StatePath = Directory.CreateDirectory(_folder["state"]).FullName,
            ProjectIds = isOneProject ? ["proj_1"] : null,
            Conversion = new() { TimeProvider = fixture.Clock },
        };
        await foreach (var outcome in run.RunAsync(fixture.Periscope, SandboxFixture.Ct))
        {
            Assert.Null(outcome.Failure);
        }

        return run.Summary!;
    }
}
