using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Sandbox.Faults;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Watching;

namespace PxxlPeriscope.Tests.Watching;

/// <summary>Status changes as they are detected.</summary>
public sealed class DeploymentWatcherTests
{
    private static readonly ReleaseTimeline Minutes = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(1));

    [Fact]
    public async Task From_now_on_means_that_only_changes_are_given()
    {
        await using var fixture = await StartSandboxAsync(CreateRunning("a"), CreateFinished("old"));

        var changes = await WatchAsync(fixture, untilDone: true);

        Assert.Equal(
            [("a", DeploymentStatus.Queued, DeploymentStatus.InProgress), ("a", DeploymentStatus.InProgress, DeploymentStatus.Success)],
            changes.Select(change => (change.Deployment.Id, change.Previous!.Value, change.Current))
        );
        Assert.All(changes, change => Assert.True(change.At > change.Deployment.CreatedAt));
    }

    [Fact]
    public async Task Since_also_returns_earlier_deployments()
    {
        await using var fixture = await StartSandboxAsync(
            CreateRunning("a"),
            CreateFinished("recent", minutesAgo: 30),
            CreateFinished("old", minutesAgo: 300)
        );

        var changes = await WatchAsync(fixture, since: fixture.Clock.GetUtcNow().AddHours(-1), untilDone: true);

        Assert.Equal([("recent", null), ("a", null)], changes.Take(2).Select(change => (change.Deployment.Id, change.Previous)));
        Assert.DoesNotContain(changes, change => change.Deployment.Id == "old");
    }

    [Fact]
    public async Task A_new_deployment_is_a_change_and_an_old_one_that_is_listed_later_is_not()
    {
        await using var fixture = await StartSandboxAsync(CreateRunning("a"), CreateFinished("b"));
        var isAdded = false;

        var changes = await WatchAsync(
            fixture,
            untilDone: true,
            onTick: () =>
            {
                if (!isAdded)
                {
                    isAdded = true;
                    fixture.Sandbox.Data.Add(CreateRunning("new") with { CreatedAt = fixture.Clock.GetUtcNow() });
                    fixture.Sandbox.Data.Add(CreateFinished("ancient", minutesAgo: 100_000));
                }
            }
        );

        Assert.Contains(changes, change => change is { Deployment.Id: "new", Previous: null });
        Assert.DoesNotContain(changes, change => change.Deployment.Id == "ancient");
    }

    [Fact]
    public async Task A_round_is_one_request_however_many_projects_are_watched()
    {
        await using var fixture = await StartSandboxAsync(
            CreateRunning("a"),
            CreateRunning("b") with
            {
                ProjectId = "proj_2",
            },
            CreateRunning("c") with
            {
                ProjectId = "proj_3",
            }
        );

        var changes = await WatchAsync(fixture, untilDone: true, projects: ["proj_1", "proj_2"]);

        Assert.DoesNotContain(changes, change => change.Deployment.Id == "c");
        Assert.Equal(4, changes.Count);
        Assert.Equal(fixture.Sandbox.Requests.Count, fixture.Sandbox.Requests.Select(request => request.ArrivedAt).Distinct().Count());
    }

    [Fact]
    public async Task However_many_start_at_once_none_is_missed_or_returned_twice()
    {
        await using var fixture = await StartSandboxAsync([
            CreateRunning("a"),
            .. Enumerable.Range(0, 150).Select(number => CreateFinished($"old{number}", minutesAgo: 10 + number)),
        ]);
        var isAdded = false;

        var changes = await WatchAsync(
            fixture,
            untilDone: true,
            onTick: () =>
            {
                if (!isAdded)
                {
                    isAdded = true;
                    for (var number = 0; number < 230; number++)
                    {
                        fixture.Sandbox.Data.Add(
                            CreateFinished($"new{number}", minutesAgo: 0) with
                            {
                                CreatedAt = fixture.Clock.GetUtcNow().AddMilliseconds(number),
                            }
                        );
                    }
                }
            }
        );

        Assert.Equal(230, changes.Count(change => change.Deployment.Id.StartsWith("new", StringComparison.Ordinal)));
        Assert.Equal(DeploymentStatus.Success, changes.Last(change => change.Deployment.Id == "a").Current);
        Assert.Equal(232, changes.Count);
    }

    [Fact]
    public async Task An_outage_does_not_end_it_and_is_reported_once()
    {
        await using var fixture = await StartSandboxAsync(CreateRunning("a"));
        fixture.InjectFault(FaultKind.Unavailable503, times: 40, skip: 1);

        var changes = await WatchAsync(fixture, untilDone: true);

        Assert.Equal(DeploymentStatus.Success, changes[^1].Current);
        Assert.Single(fixture.Warnings, warning => warning.Contains("Watching continues", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Projects_whose_deployments_are_far_back_cost_one_request_a_round_too()
    {
        await using var fixture = await StartSandboxAsync([
            CreateRunning("a") with
            {
                ProjectId = "proj_9",
            },
            .. Enumerable.Range(0, 150).Select(number => CreateFinished($"other{number}", minutesAgo: 10 + number)),
            CreateFinished("mine", 10_000) with
            {
                ProjectId = "proj_2",
            },
        ]);

        await WatchAsync(fixture, limit: TimeSpan.FromMinutes(20), projects: ["proj_2", "proj_3"]);

        Assert.All(fixture.Sandbox.Requests, request => Assert.Contains("page=1", request.Query, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_deployment_that_is_no_longer_on_the_page_is_checked_per_poll()
    {
        string[] slow = ["slow1", "slow2", "slow3"];
        await using var fixture = await StartSandboxAsync([
            .. slow.Select(id => CreateRunning(id) with { Timeline = Minutes with { Building = TimeSpan.FromMinutes(30) } }),
        ]);
        var isAdded = false;

        var changes = await WatchAsync(
            fixture,
            untilDone: true,
            onTick: () =>
            {
                for (var number = 0; number < 120 && !isAdded; number++)
                {
                    fixture.Sandbox.Data.Add(
                        CreateFinished($"new{number}", minutesAgo: 0) with
                        {
                            CreatedAt = fixture.Clock.GetUtcNow().AddMilliseconds(number),
                        }
                    );
                }

                isAdded = true;
            }
        );

        Assert.All(slow, id => Assert.Equal(DeploymentStatus.Success, changes.Last(change => change.Deployment.Id == id).Current));
        var byId = fixture.Sandbox.Requests.Where(request => request.Path.Contains("/slow", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(byId);
        Assert.Equal(byId.Count, byId.Select(request => request.ArrivedAt).Distinct().Count());
    }

    [Fact]
    public async Task One_that_has_hung_for_days_does_not_hold_up_the_end()
    {
        await using var fixture = await StartSandboxAsync(
            CreateRunning("a"),
            CreateFinished("hangs", minutesAgo: 3000) with
            {
                Status = "promoting",
            }
        );

        var changes = await WatchAsync(fixture, untilDone: true);

        Assert.Equal(("a", DeploymentStatus.Success), (changes[^1].Deployment.Id, changes[^1].Current));
    }

    [Fact]
    public async Task One_that_is_deleted_is_forgotten()
    {
        await using var fixture = await StartSandboxAsync(
            CreateRunning("a"),
            CreateRunning("b") with
            {
                Timeline = Minutes with { Building = TimeSpan.FromDays(1) },
            }
        );

        var changes = await WatchAsync(fixture, untilDone: true, onTick: () => fixture.Sandbox.Data.Replace([CreateRunning("a")]));

        Assert.Equal(DeploymentStatus.Success, changes[^1].Current);
        Assert.Empty(fixture.Warnings);
    }

    [Fact]
    public async Task Its_time_is_over_also_while_the_service_does_not_answer()
    {
        await using var fixture = await StartSandboxAsync(CreateRunning("a") with { Timeline = null, Status = "building" });
        fixture.InjectFault(FaultKind.StallBeforeHeaders, skip: 1);

        var watching = WatchAsync(fixture, limit: TimeSpan.FromMinutes(20));
        await fixture.WaitForRequestsAsync(2);
        fixture.Clock.Advance(TimeSpan.FromMinutes(20));

        Assert.Empty(await watching);
    }

    [Theory]
    [InlineData(FaultKind.Forbidden403, CallFailure.Forbidden)]
    [InlineData(FaultKind.WrongTeam404, CallFailure.NotFound)]
    [InlineData(FaultKind.RouteNotRegistered404, CallFailure.WrongBaseUri)]
    public async Task A_permanent_failure_is_not_an_outage(FaultKind kind, CallFailure cause)
    {
        await using var fixture = await StartSandboxAsync(CreateRunning("a"));
        fixture.InjectFault(kind);

        Assert.Equal(cause, (await Assert.ThrowsAsync<ServiceException>(() => WatchAsync(fixture))).Cause);
    }

    [Fact]
    public async Task An_account_without_deployments_is_watched_for_the_first_one()
    {
        await using var fixture = await StartSandboxAsync();
        var isAdded = false;

        var changes = await WatchAsync(
            fixture,
            limit: TimeSpan.FromMinutes(20),
            onTick: () =>
            {
                if (!isAdded)
                {
                    isAdded = true;
                    fixture.Sandbox.Data.Add(CreateRunning("first") with { CreatedAt = fixture.Clock.GetUtcNow() });
                }
            }
        );

        Assert.Equal([null, DeploymentStatus.Queued, DeploymentStatus.InProgress], changes.Select(change => change.Previous));
    }

    [Fact]
    public async Task It_ends_with_its_time()
    {
        await using var fixture = await StartSandboxAsync(
            CreateRunning("a") with
            {
                Timeline = Minutes with { Building = TimeSpan.FromDays(1) },
            }
        );
        var start = fixture.Clock.GetUtcNow();

        Assert.Single(await WatchAsync(fixture, limit: TimeSpan.FromMinutes(20)));

        Assert.InRange(fixture.Clock.GetUtcNow() - start, TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(21));
    }

    [Fact]
    public async Task Without_a_deployment_in_progress_it_ends_immediately()
    {
        await using var fixture = await StartSandboxAsync(CreateFinished("a"));

        Assert.Empty(await WatchAsync(fixture, untilDone: true));
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task A_wrong_key_ends_it_immediately()
    {
        await using var fixture = await StartSandboxAsync(CreateRunning("a"));

        await Assert.ThrowsAsync<ServiceException>(() => WatchAsync(fixture, pxxl: fixture.PxxlWith("pxxl_wrong")));
    }

    private static SandboxDeployment CreateRunning(string id) =>
        CreateFinished(id) with
        {
            CreatedAt = new AutoAdvancingClock().GetUtcNow(),
            Timeline = Minutes,
        };

    private static SandboxDeployment CreateFinished(string id, double minutesAgo = 60) =>
        new()
        {
            Id = id,
            Status = "deployed",
            BuildStatus = "completed",
            CreatedAt = new AutoAdvancingClock().GetUtcNow().AddMinutes(-minutesAgo),
            ProjectId = "proj_1",
            ProjectName = "checkout-api",
        };

    private static async Task<SandboxFixture> StartSandboxAsync(params SandboxDeployment[] deployments)
    {
        var fixture = await SandboxFixture.StartAsync();
        fixture.Sandbox.Data.Replace(deployments);
        return fixture;
    }

    private static async Task<List<DeploymentChange>> WatchAsync(
        SandboxFixture fixture,
        DateTimeOffset? since = null,
        bool untilDone = false,
        TimeSpan? limit = null,
        string[]? projects = null,
        Action? onTick = null,
        PxxlClient? pxxl = null
    )
    {
        var watch = new DeploymentWatcher(pxxl ?? fixture.Pxxl, fixture.Clock, fixture.Log)
        {
            Since = since,
            StopsWhenDone = untilDone,
            Timeout = limit,
            ProjectIds = projects,
        };
        var changes = new List<DeploymentChange>();
        await foreach (var change in watch.RunAsync(SandboxFixture.Ct))
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
