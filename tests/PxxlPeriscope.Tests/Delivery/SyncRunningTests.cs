using PxxlPeriscope.Sandbox;
using static PxxlPeriscope.Tests.SyncDeployments;

namespace PxxlPeriscope.Tests;

/// <summary>Deployments that were running in an earlier run, and that the list does not show any more.</summary>
public sealed class SyncRunningTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_that_Pxxl_does_not_know_is_asked_for_again_for_a_week_and_reported_when_it_is_back()
    {
        await using var world = await WorldOf(Running("slow"));
        await SyncAsync(world);
        world.Sandbox.Data.Replace([]);
        world.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, (await SyncAsync(world)).SkippedBecause[SkipReason.Gone]);
        world.Clock.Advance(TimeSpan.FromDays(6.9));
        Assert.Equal(1, (await SyncAsync(world)).SkippedBecause[SkipReason.Gone]);
        Assert.All(world.Warnings, warning => Assert.Contains("will be asked for again", warning, StringComparison.Ordinal));

        world.Sandbox.Data.Replace([Deployed("slow", daysAgo: 0.2)]);
        await SyncAsync(world);

        Assert.Equal(["in_progress", "success"], world.Sandbox.Reports["pxxl-slow"].Statuses);
        // Done is done: no run asks for it any more.
        Assert.Equal(0, await AskedForAsync(world, "slow"));
    }

    [Fact]
    public async Task One_is_asked_for_in_every_run_and_after_a_day_once_an_hour()
    {
        await using var world = await WorldOf(Running("slow"));
        await SyncAsync(world);
        // So many newer ones that no run reads the list as far back as this one.
        var now = world.Clock.GetUtcNow();
        world.Sandbox.Data.Replace([.. Enumerable.Range(0, 350).Select(number => Deployed($"n{number}", now.AddHours(number < 50 ? 0 : -3))), Running("slow")]);

        await SyncAsync(world);
        world.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, await AskedForAsync(world, "slow"));

        world.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await AskedForAsync(world, "slow"));
        world.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(0, await AskedForAsync(world, "slow"));
        world.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, await AskedForAsync(world, "slow"));
    }

    [Fact]
    public async Task One_that_Pxxl_has_not_known_for_more_than_a_week_is_given_up_with_a_warning()
    {
        await using var world = await WorldOf(Running("slow"));
        await SyncAsync(world);
        world.Sandbox.Data.Replace([]);
        await SyncAsync(world);
        world.Clock.Advance(TimeSpan.FromDays(7.1));

        Assert.Equal(1, await AskedForAsync(world, "slow"));

        Assert.Contains("given up", world.Warnings.Last(), StringComparison.Ordinal);
        Assert.Equal(0, await AskedForAsync(world, "slow"));
    }

    [Fact]
    public async Task A_run_for_another_team_does_not_ask_for_it_and_does_not_forget_it()
    {
        await using var world = await WorldOf(Running("slow"));
        await SyncAsync(world);
        world.Sandbox.Data.Replace([]);

        Assert.Equal(0, await AskedForAsync(world, "slow", world.PxxlWith(world.Sandbox.PxxlKey, world.Sandbox.Data.TeamId)));

        Assert.Equal(1, await AskedForAsync(world, "slow"));
    }

    [Fact]
    public async Task A_run_for_other_projects_does_not_ask_for_it_and_does_not_forget_it()
    {
        await using var world = await WorldOf(Running("slow"));
        await SyncAsync(world);
        world.Sandbox.Data.Replace([]);
        world.Sandbox.Data.AddProject(world.Sandbox.Data.Projects[0] with { Id = "proj_1" });
        world.Sandbox.Data.AddProject(world.Sandbox.Data.Projects[0] with { Id = "proj_2" });

        Assert.Equal(0, await AskedForAsync(world, "slow", projects: ["proj_2"]));

        Assert.Equal(1, await AskedForAsync(world, "slow", projects: ["proj_2", "proj_1"]));
    }

    [Fact]
    public async Task Where_three_in_a_row_cannot_be_read_the_run_goes_on_without_asking_for_the_others()
    {
        await using var world = await WorldOf([.. Enumerable.Range(0, 8).Select(number => Running($"n{number}"))]);
        await SyncAsync(world);
        world.Sandbox.Data.Replace([Deployed("new", daysAgo: 0)]);
        world.Sandbox.Faults.Add(new Fault { Kind = FaultKind.Unavailable503, PathContains = "/cli/deployments/n" });

        await SyncAsync(world);
        Assert.Equal(3, Asked(world).Distinct().Count());
        Assert.Equal(["success"], world.Sandbox.Reports["pxxl-new"].Statuses);

        world.Sandbox.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromHours(1));
        var before = Asked(world).Count;
        await SyncAsync(world);
        Assert.Equal(8, Asked(world).Skip(before).Distinct().Count());
    }

    [Fact]
    public async Task Where_the_projects_cannot_be_read_the_id_is_reported_as_the_service_and_a_warning_says_so()
    {
        await using var world = await WorldOf(Deployed("a", daysAgo: 1) with { ProjectName = null }, Deployed("b", daysAgo: 2) with { ProjectId = "proj_2" });
        world.Sandbox.Faults.Add(new Fault { Kind = FaultKind.Unavailable503, PathContains = "/cli/projects" });

        await SyncAsync(world);

        Assert.Equal(("proj_1", "checkout-api"), ((string?)world.Sandbox.Reports["pxxl-a"].Payload["service"], (string?)world.Sandbox.Reports["pxxl-b"].Payload["service"]));
        Assert.Contains("the id is reported as the service", Assert.Single(world.Warnings), StringComparison.Ordinal);
    }

    private static SandboxDeployment Running(string id) => Deployed(id, daysAgo: 0.2) with { Status = "building", BuildStatus = "building" };

    private static List<string> Asked(World world) =>
        [.. world.Sandbox.Requests.Select(request => request.Path).Where(path => path.Contains("/cli/deployments/", StringComparison.Ordinal))];

    /// <summary>How often a run asks for one deployment.</summary>
    private async Task<int> AskedForAsync(World world, string id, PxxlClient? pxxl = null, string[]? projects = null)
    {
        var before = Asked(world).Count;
        await SyncAsync(world, pxxl, projects);
        return Asked(world).Skip(before).Count(path => path.EndsWith("/" + id, StringComparison.Ordinal));
    }

    private async Task<SyncSummary> SyncAsync(World world, PxxlClient? pxxl = null, string[]? projects = null)
    {
        var run = new SyncRun(pxxl ?? world.Pxxl, world.Log)
        {
            StatePath = Directory.CreateDirectory(_folder["state"]).FullName,
            ProjectIds = projects,
            Conversion = new() { TimeProvider = world.Clock },
        };
        await foreach (var outcome in run.RunAsync(world.Periscope, World.Ct))
        {
            Assert.Null(outcome.Failure);
        }

        return run.Summary!;
    }
}
