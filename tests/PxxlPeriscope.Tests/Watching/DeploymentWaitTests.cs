using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests;

/// <summary>Is it live yet?</summary>
public sealed class DeploymentWaitTests
{
    private static readonly ReleaseTimeline Minutes = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(1));

    [Fact]
    public async Task It_ends_when_the_deployment_is_live_and_not_when_its_build_is_done()
    {
        await using var world = await WorldOf(Released("a"));

        var look = Assert.Single(await WaitAsync(world, ["a"]));

        Assert.Equal((WaitOutcome.Live, DeploymentStatus.Success, null), (look.Outcome, look.Deployment!.Status, look.Failure));
        Assert.True(world.Clock.GetUtcNow() - look.Deployment.CreatedAt >= Minutes.Total);
    }

    [Fact]
    public async Task A_good_build_whose_release_failed_is_told_apart()
    {
        await using var world = await WorldOf(Released("a") with { Status = "failed", BuildStatus = "completed", ErrorMessage = "publish: promotion of the proxy route failed" });
        world.Sandbox.Shape = new() { Spelling = Spelling.Alternative };

        var look = Assert.Single(await WaitAsync(world, ["a"]));

        Assert.Equal(WaitOutcome.Failed, look.Outcome);
        Assert.Equal("PxxlDeploymentFailed", look.Failure!.ErrorId);
        Assert.Equal(
            "The deployment a of checkout-api failed in its release; its build was good, and the release before it goes on serving. publish: promotion of the proxy route failed",
            look.Failure.Message);
    }

    [Fact]
    public async Task A_failed_build_is_said_with_the_end_of_its_log_where_there_is_no_reason()
    {
        await using var world = await WorldOf(Released("a") with { Status = "failed", BuildStatus = "failed" });

        var look = Assert.Single(await WaitAsync(world, ["a"], lines: ["npm ci", "npm run build", "\u001b[31mexit 1\u0007"]));

        Assert.Contains("failed in its build. The log ends with: npm ci | npm run build | ", look.Failure!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(look.Failure.Message, char.IsControl);
    }

    [Fact]
    public async Task A_failed_build_ends_the_wait_before_the_deployments_own_word_comes()
    {
        await using var world = await WorldOf(Released("a") with { Timeline = null, Status = "building", BuildStatus = "failed" });

        var look = Assert.Single(await WaitAsync(world, ["a"]));

        Assert.Equal(WaitOutcome.Failed, look.Outcome);
        Assert.Contains("failed in its build", look.Failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cancelled", "was stopped")]
    [InlineData("rolled_back", "was rolled back")]
    public async Task Whatever_ends_without_being_live_has_failed(string word, string text)
    {
        await using var world = await WorldOf(Released("a") with { Status = word });

        Assert.Contains(text, Assert.Single(await WaitAsync(world, ["a"])).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_are_given_as_they_end()
    {
        await using var world = await WorldOf(Released("slow") with { Timeline = Minutes with { Building = TimeSpan.FromMinutes(9) } }, Released("fast"), Released("done") with { Timeline = null });

        var looks = await WaitAsync(world, ["slow", "fast", "done", "fast"]);

        Assert.Equal(["done", "fast", "slow"], looks.Select(look => look.Id));
    }

    [Fact]
    public async Task When_the_time_is_over_it_says_where_the_deployment_stands()
    {
        await using var world = await WorldOf(Released("a") with { Timeline = Minutes with { Building = TimeSpan.FromDays(1) } });

        var look = Assert.Single(await WaitAsync(world, ["a"], limit: TimeSpan.FromMinutes(15)));

        Assert.Equal((WaitOutcome.TimedOut, "PxxlDeploymentTimeout"), (look.Outcome, look.Failure!.ErrorId));
        Assert.Contains("is 'building', its build 'building' after 900 seconds", look.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(DeploymentStatus.InProgress, look.Deployment!.Status);
    }

    [Fact]
    public async Task A_word_that_nobody_knows_is_waited_out()
    {
        await using var world = await WorldOf(Released("a") with { Timeline = null, Status = "levitating", BuildStatus = null });

        Assert.Contains("'levitating'", Assert.Single(await WaitAsync(world, ["a"])).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_asks_no_faster_than_it_may_and_slower_with_time()
    {
        await using var world = await WorldOf(Released("a") with { Timeline = null, Status = "building" });

        await WaitAsync(world, ["a"], limit: TimeSpan.FromMinutes(20));

        var times = world.Sandbox.Requests.Select(request => request.ArrivedAt).ToList();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(5)));
        Assert.InRange(times.Count, 35, 60);
    }

    [Fact]
    public async Task An_outage_is_waited_out_and_said_once()
    {
        await using var world = await WorldOf(Released("a"));
        world.Failing(FaultKind.Unavailable503, times: 40, skip: 1);

        Assert.Equal(WaitOutcome.Live, Assert.Single(await WaitAsync(world, ["a"], limit: TimeSpan.FromHours(2))).Outcome);

        Assert.Single(world.Warnings, warning => warning.Contains("goes on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task That_one_of_several_cannot_be_read_is_said_once_too()
    {
        await using var world = await WorldOf(Released("a") with { Timeline = Minutes with { Building = TimeSpan.FromMinutes(10) } }, Released("b"));
        world.Sandbox.Faults.Add(new Fault { Kind = FaultKind.MalformedJson, PathContains = "/b", Times = 20 });

        var looks = await WaitAsync(world, ["a", "b"], limit: TimeSpan.FromHours(2));

        Assert.All(looks, look => Assert.Equal(WaitOutcome.Live, look.Outcome));
        Assert.Single(world.Warnings, warning => warning.Contains("goes on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_network_that_goes_away_later_is_an_outage_and_no_wrong_address()
    {
        await using var world = await WorldOf(Released("a"));
        world.Failing(FaultKind.RouteNotRegistered404, times: 3, skip: 1);

        Assert.Equal(WaitOutcome.Live, Assert.Single(await WaitAsync(world, ["a"])).Outcome);
    }

    [Fact]
    public async Task An_address_that_is_no_service_ends_it_at_once()
    {
        await using var world = await WorldOf(Released("a"));
        world.Failing(FaultKind.RouteNotRegistered404);

        var refused = await Assert.ThrowsAsync<ServiceException>(() => WaitAsync(world, ["a"]));

        Assert.Equal(FailureCause.WrongBaseUri, refused.Cause);
    }

    [Fact]
    public async Task The_time_is_over_also_while_the_service_does_not_answer()
    {
        await using var world = await WorldOf(Released("a") with { Timeline = null, Status = "building" });
        world.Failing(FaultKind.StallBeforeHeaders, skip: 1);

        var waiting = WaitAsync(world, ["a"], limit: TimeSpan.FromMinutes(20));
        await world.ArrivedAsync(2);
        world.Clock.Advance(TimeSpan.FromMinutes(20));

        Assert.Equal(WaitOutcome.TimedOut, Assert.Single(await waiting).Outcome);
        Assert.Equal(2, world.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task What_was_started_a_moment_ago_may_not_be_found_yet()
    {
        await using var world = await WorldOf(Released("a"));
        world.Failing(FaultKind.WrongTeam404, times: 2);

        Assert.Equal(WaitOutcome.Live, Assert.Single(await WaitAsync(world, ["a"], areNew: true)).Outcome);
        Assert.Empty(world.Warnings);
    }

    [Fact]
    public async Task What_was_started_and_is_never_found_is_an_error_soon()
    {
        await using var world = await WorldOf();

        var look = Assert.Single(await WaitAsync(world, ["a"], areNew: true));

        Assert.Equal("PxxlNotFound", look.Failure!.ErrorId);
        Assert.InRange(world.Sandbox.Requests.Count, 3, 12);
    }

    [Fact]
    public async Task Many_are_asked_for_one_a_second_on_average()
    {
        var ids = Enumerable.Range(0, 60).Select(number => $"d{number}").ToArray();
        await using var world = await WorldOf([.. ids.Select(id => Released(id) with { Timeline = null, Status = "building" })]);

        await WaitAsync(world, ids, limit: TimeSpan.FromMinutes(20));

        Assert.InRange(world.Sandbox.Requests.Count, 1000, 1280);
    }

    [Fact]
    public async Task A_log_that_cannot_be_read_does_not_hide_the_failure()
    {
        await using var world = await WorldOf(Released("a") with { Timeline = null, Status = "failed", BuildStatus = "failed" });

        var look = Assert.Single(await WaitAsync(world, ["a"], log: () => throw new ServiceException(ServiceName.Pxxl, FailureCause.ServerError, "x")));

        Assert.Equal("The deployment a of checkout-api failed in its build.", look.Failure!.Message);
    }

    [Fact]
    public async Task One_that_does_not_exist_does_not_end_the_wait_for_the_others()
    {
        await using var world = await WorldOf(Released("a"));

        var looks = await WaitAsync(world, ["missing", "a"]);

        Assert.Equal([("missing", "PxxlNotFound"), ("a", null)], looks.Select(look => (look.Id, look.Failure?.ErrorId)));
    }

    [Fact]
    public async Task A_wrong_key_ends_it_at_once()
    {
        await using var world = await WorldOf(Released("a"));

        var refused = await Assert.ThrowsAsync<ServiceException>(() => WaitAsync(world, ["a"], pxxl: world.PxxlWith("pxxl_wrong")));

        Assert.Equal(FailureCause.Unauthorized, refused.Cause);
        Assert.Single(world.Sandbox.Requests);
    }

    [Fact]
    public async Task A_live_deployment_is_also_waited_for_until_its_address_answers()
    {
        await using var world = await WorldOf(Released("a") with { Timeline = null });
        var asked = 0;

        var looks = await WaitAsync(world, ["a"], health: () => ++asked < 4 ? "https://x.example answers 502" : null);

        Assert.Equal((WaitOutcome.Live, 4), (Assert.Single(looks).Outcome, asked));
        Assert.Single(world.Sandbox.Requests);
    }

    [Fact]
    public async Task An_address_that_never_answers_is_a_timeout_that_says_so()
    {
        await using var world = await WorldOf(Released("a") with { Timeline = null });

        var look = Assert.Single(await WaitAsync(world, ["a"], health: () => "https://x.example answers 502"));

        Assert.Contains("is live, but https://x.example answers 502 after", look.Failure!.Message, StringComparison.Ordinal);
    }

    private static SandboxDeployment Released(string id) => new()
    {
        Id = id,
        Status = "deployed",
        BuildStatus = "completed",
        CreatedAt = new JumpingClock().GetUtcNow(),
        ProjectId = "proj_1",
        ProjectName = "checkout-api",
        Timeline = Minutes,
    };

    private static async Task<World> WorldOf(params SandboxDeployment[] deployments)
    {
        var world = await World.StartAsync();
        world.Sandbox.Data.Replace(deployments);
        return world;
    }

    private static async Task<List<WaitLook>> WaitAsync(
        World world, string[] ids, TimeSpan? limit = null, string[]? lines = null, Func<string?>? health = null, PxxlClient? pxxl = null, bool areNew = false, Func<IReadOnlyList<string>>? log = null)
    {
        var wait = new DeploymentWait(pxxl ?? world.Pxxl, world.Clock, world.Log)
        {
            Limit = limit ?? TimeSpan.FromMinutes(15),
            Health = health is null ? null : _ => Task.FromResult(health()),
            AreNew = areNew,
            LastLogLines = (lines, log) switch
            {
                (not null, _) => (_, _, _) => Task.FromResult<IReadOnlyList<string>>(lines),
                (_, not null) => async (_, _, _) => await Task.Run(log),
                _ => null,
            },
        };
        var looks = new List<WaitLook>();
        await foreach (var look in wait.RunAsync(ids, World.Ct))
        {
            if (look is not null)
            {
                looks.Add(look);
            }
        }

        return looks;
    }
}
