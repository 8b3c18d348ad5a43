using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests;

/// <summary>Changes as they are seen.</summary>
public sealed class DeploymentWatchTests
{
    private static readonly ReleaseTimeline Minutes = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(1));

    [Fact]
    public async Task From_now_on_means_that_only_changes_are_given()
    {
        await using var world = await WorldOf(Under("a"), Done("old"));

        var changes = await WatchAsync(world, untilDone: true);

        Assert.Equal(
            [("a", DeploymentStatus.Queued, DeploymentStatus.InProgress), ("a", DeploymentStatus.InProgress, DeploymentStatus.Success)],
            changes.Select(change => (change.Deployment.Id, change.Previous!.Value, change.Current)));
        Assert.All(changes, change => Assert.True(change.At > change.Deployment.CreatedAt));
    }

    [Fact]
    public async Task Since_gives_what_was_there_before_too()
    {
        await using var world = await WorldOf(Under("a"), Done("recent", minutesAgo: 30), Done("old", minutesAgo: 300));

        var changes = await WatchAsync(world, since: world.Clock.GetUtcNow().AddHours(-1), untilDone: true);

        Assert.Equal([("recent", null), ("a", null)], changes.Take(2).Select(change => (change.Deployment.Id, change.Previous)));
        Assert.DoesNotContain(changes, change => change.Deployment.Id == "old");
    }

    [Fact]
    public async Task A_new_deployment_is_a_change_and_one_that_only_comes_into_view_is_none()
    {
        await using var world = await WorldOf(Under("a"), Done("b"));
        var isAdded = false;

        var changes = await WatchAsync(world, untilDone: true, onTick: () =>
        {
            if (!isAdded)
            {
                isAdded = true;
                world.Sandbox.Data.Add(Under("new") with { CreatedAt = world.Clock.GetUtcNow() });
                world.Sandbox.Data.Add(Done("ancient", minutesAgo: 100_000));
            }
        });

        Assert.Contains(changes, change => change is { Deployment.Id: "new", Previous: null });
        Assert.DoesNotContain(changes, change => change.Deployment.Id == "ancient");
    }

    [Fact]
    public async Task A_round_is_one_request_however_many_projects_are_watched()
    {
        await using var world = await WorldOf(Under("a"), Under("b") with { ProjectId = "proj_2" }, Under("c") with { ProjectId = "proj_3" });

        var changes = await WatchAsync(world, untilDone: true, projects: ["proj_1", "proj_2"]);

        Assert.DoesNotContain(changes, change => change.Deployment.Id == "c");
        Assert.Equal(4, changes.Count);
        Assert.Equal(world.Sandbox.Requests.Count, world.Sandbox.Requests.Select(request => request.ArrivedAt).Distinct().Count());
    }

    [Fact]
    public async Task However_many_come_at_once_none_is_missed_and_none_comes_twice()
    {
        await using var world = await WorldOf([Under("a"), .. Enumerable.Range(0, 150).Select(number => Done($"old{number}", minutesAgo: 10 + number))]);
        var isAdded = false;

        var changes = await WatchAsync(world, untilDone: true, onTick: () =>
        {
            if (!isAdded)
            {
                isAdded = true;
                for (var number = 0; number < 230; number++)
                {
                    world.Sandbox.Data.Add(Done($"new{number}", minutesAgo: 0) with { CreatedAt = world.Clock.GetUtcNow().AddMilliseconds(number) });
                }
            }
        });

        Assert.Equal(230, changes.Count(change => change.Deployment.Id.StartsWith("new", StringComparison.Ordinal)));
        Assert.Equal(DeploymentStatus.Success, changes.Last(change => change.Deployment.Id == "a").Current);
        Assert.Equal(232, changes.Count);
    }

    [Fact]
    public async Task An_outage_is_waited_out_and_said_once()
    {
        await using var world = await WorldOf(Under("a"));
        world.Failing(FaultKind.Unavailable503, times: 40, skip: 1);

        var changes = await WatchAsync(world, untilDone: true);

        Assert.Equal(DeploymentStatus.Success, changes[^1].Current);
        Assert.Single(world.Warnings, warning => warning.Contains("goes on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Projects_whose_deployments_are_far_back_cost_one_request_a_round_too()
    {
        await using var world = await WorldOf(
            [Under("a") with { ProjectId = "proj_9" }, .. Enumerable.Range(0, 150).Select(number => Done($"other{number}", minutesAgo: 10 + number)), Done("mine", 10_000) with { ProjectId = "proj_2" }]);

        await WatchAsync(world, limit: TimeSpan.FromMinutes(20), projects: ["proj_2", "proj_3"]);

        Assert.All(world.Sandbox.Requests, request => Assert.Contains("page=1", request.Query, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_what_newer_ones_have_pushed_off_the_page_one_is_looked_at_a_round()
    {
        string[] slow = ["slow1", "slow2", "slow3"];
        await using var world = await WorldOf([.. slow.Select(id => Under(id) with { Timeline = Minutes with { Building = TimeSpan.FromMinutes(30) } })]);
        var isAdded = false;

        var changes = await WatchAsync(world, untilDone: true, onTick: () =>
        {
            for (var number = 0; number < 120 && !isAdded; number++)
            {
                world.Sandbox.Data.Add(Done($"new{number}", minutesAgo: 0) with { CreatedAt = world.Clock.GetUtcNow().AddMilliseconds(number) });
            }

            isAdded = true;
        });

        Assert.All(slow, id => Assert.Equal(DeploymentStatus.Success, changes.Last(change => change.Deployment.Id == id).Current));
        var byId = world.Sandbox.Requests.Where(request => request.Path.Contains("/slow", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(byId);
        Assert.Equal(byId.Count, byId.Select(request => request.ArrivedAt).Distinct().Count());
    }

    [Fact]
    public async Task One_that_has_hung_for_days_does_not_hold_up_the_end()
    {
        await using var world = await WorldOf(Under("a"), Done("hangs", minutesAgo: 3000) with { Status = "promoting" });

        var changes = await WatchAsync(world, untilDone: true);

        Assert.Equal(("a", DeploymentStatus.Success), (changes[^1].Deployment.Id, changes[^1].Current));
    }

    [Fact]
    public async Task One_that_is_deleted_is_forgotten()
    {
        await using var world = await WorldOf(Under("a"), Under("b") with { Timeline = Minutes with { Building = TimeSpan.FromDays(1) } });

        var changes = await WatchAsync(world, untilDone: true, onTick: () => world.Sandbox.Data.Replace([Under("a")]));

        Assert.Equal(DeploymentStatus.Success, changes[^1].Current);
        Assert.Empty(world.Warnings);
    }

    [Fact]
    public async Task Its_time_is_over_also_while_the_service_does_not_answer()
    {
        await using var world = await WorldOf(Under("a") with { Timeline = null, Status = "building" });
        world.Failing(FaultKind.StallBeforeHeaders, skip: 1);

        var watching = WatchAsync(world, limit: TimeSpan.FromMinutes(20));
        await world.ArrivedAsync(2);
        world.Clock.Advance(TimeSpan.FromMinutes(20));

        Assert.Empty(await watching);
    }

    [Theory]
    [InlineData(FaultKind.Forbidden403, FailureCause.Forbidden)]
    [InlineData(FaultKind.WrongTeam404, FailureCause.NotFound)]
    [InlineData(FaultKind.RouteNotRegistered404, FailureCause.WrongBaseUri)]
    public async Task What_does_not_pass_is_no_outage(FaultKind kind, FailureCause cause)
    {
        await using var world = await WorldOf(Under("a"));
        world.Failing(kind);

        Assert.Equal(cause, (await Assert.ThrowsAsync<ServiceException>(() => WatchAsync(world))).Cause);
    }

    [Fact]
    public async Task An_account_without_deployments_is_watched_for_the_first_one()
    {
        await using var world = await WorldOf();
        var isAdded = false;

        var changes = await WatchAsync(world, limit: TimeSpan.FromMinutes(20), onTick: () =>
        {
            if (!isAdded)
            {
                isAdded = true;
                world.Sandbox.Data.Add(Under("first") with { CreatedAt = world.Clock.GetUtcNow() });
            }
        });

        Assert.Equal([null, DeploymentStatus.Queued, DeploymentStatus.InProgress], changes.Select(change => change.Previous));
    }

    [Fact]
    public async Task It_ends_with_its_time()
    {
        await using var world = await WorldOf(Under("a") with { Timeline = Minutes with { Building = TimeSpan.FromDays(1) } });
        var start = world.Clock.GetUtcNow();

        Assert.Single(await WatchAsync(world, limit: TimeSpan.FromMinutes(20)));

        Assert.InRange(world.Clock.GetUtcNow() - start, TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(21));
    }

    [Fact]
    public async Task Where_nothing_is_under_way_it_ends_at_once()
    {
        await using var world = await WorldOf(Done("a"));

        Assert.Empty(await WatchAsync(world, untilDone: true));
        Assert.Single(world.Sandbox.Requests);
    }

    [Fact]
    public async Task A_wrong_key_ends_it_at_once()
    {
        await using var world = await WorldOf(Under("a"));

        await Assert.ThrowsAsync<ServiceException>(() => WatchAsync(world, pxxl: world.PxxlWith("pxxl_wrong")));
    }

    private static SandboxDeployment Under(string id) => Done(id) with { CreatedAt = new JumpingClock().GetUtcNow(), Timeline = Minutes };

    private static SandboxDeployment Done(string id, double minutesAgo = 60) => new()
    {
        Id = id,
        Status = "deployed",
        BuildStatus = "completed",
        CreatedAt = new JumpingClock().GetUtcNow().AddMinutes(-minutesAgo),
        ProjectId = "proj_1",
        ProjectName = "checkout-api",
    };

    private static async Task<World> WorldOf(params SandboxDeployment[] deployments)
    {
        var world = await World.StartAsync();
        world.Sandbox.Data.Replace(deployments);
        return world;
    }

    private static async Task<List<DeploymentChange>> WatchAsync(
        World world,
        DateTimeOffset? since = null,
        bool untilDone = false,
        TimeSpan? limit = null,
        string[]? projects = null,
        Action? onTick = null,
        PxxlClient? pxxl = null)
    {
        var watch = new DeploymentWatch(pxxl ?? world.Pxxl, world.Clock, world.Log) { Since = since, EndsWhenDone = untilDone, Limit = limit, ProjectIds = projects };
        var changes = new List<DeploymentChange>();
        await foreach (var change in watch.RunAsync(World.Ct))
        {
            if (change is null)
            {
                onTick?.Invoke();
            }
            else
            {
                changes.Add(change);
            }
        }

        return changes;
    }
}
