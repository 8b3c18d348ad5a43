using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Sandbox.Faults;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sandbox.Pxxl.Shape;
using PxxlPeriscope.Watching;

namespace PxxlPeriscope.Tests.Watching;

/// <summary>Waiting until a deployment is live.</summary>
public sealed class DeploymentWaiterTests
{
    private static readonly ReleaseTimeline Minutes = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(1));

    [Fact]
    public async Task It_ends_when_the_deployment_is_live_and_not_when_its_build_is_done()
    {
        await using var fixture = await StartSandboxAsync(Released("a"));

        var status = Assert.Single(await WaitAsync(fixture, ["a"]));

        Assert.Equal(
            (DeploymentWaiter.Outcome.Live, DeploymentStatus.Success, null),
            (status.Outcome, status.Deployment!.Status, status.Failure)
        );
        Assert.True(fixture.Clock.GetUtcNow() - status.Deployment.CreatedAt >= Minutes.Total);
    }

    [Fact]
    public async Task A_failed_release_is_distinguished_from_a_failed_build()
    {
        await using var fixture = await StartSandboxAsync(
            Released("a") with
            {
                Status = "failed",
                BuildStatus = "completed",
                ErrorMessage = "publish: promotion of the proxy route failed",
            }
        );
        fixture.Sandbox.Shape = new() { Spelling = Spelling.Alternative };

        var status = Assert.Single(await WaitAsync(fixture, ["a"]));

        Assert.Equal(DeploymentWaiter.Outcome.Failed, status.Outcome);
        Assert.Equal("PxxlDeploymentFailed", status.Failure!.ErrorId);
        Assert.Equal(
            "The deployment a of checkout-api failed during the release; the build succeeded, "
                + "and the previous release is still live. publish: promotion of the proxy route failed",
            status.Failure.Message
        );
    }

    [Fact]
    public async Task A_failed_build_without_a_reason_is_reported_with_the_end_of_its_log()
    {
        await using var fixture = await StartSandboxAsync(Released("a") with { Status = "failed", BuildStatus = "failed" });

        var status = Assert.Single(await WaitAsync(fixture, ["a"], lines: ["npm ci", "npm run build", "\u001b[31mexit 1\u0007"]));

        Assert.Contains(
            "failed during the build. The log ends with: npm ci | npm run build | ",
            status.Failure!.Message,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(status.Failure.Message, char.IsControl);
    }

    [Fact]
    public async Task A_failed_build_ends_the_wait_before_the_deployment_status_changes()
    {
        await using var fixture = await StartSandboxAsync(
            Released("a") with
            {
                Timeline = null,
                Status = "building",
                BuildStatus = "failed",
            }
        );

        var status = Assert.Single(await WaitAsync(fixture, ["a"]));

        Assert.Equal(DeploymentWaiter.Outcome.Failed, status.Outcome);
        Assert.Contains("failed during the build", status.Failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cancelled", "was stopped")]
    [InlineData("rolled_back", "was rolled back")]
    public async Task A_deployment_that_ends_without_being_live_has_failed(string word, string text)
    {
        await using var fixture = await StartSandboxAsync(Released("a") with { Status = word });

        Assert.Contains(text, Assert.Single(await WaitAsync(fixture, ["a"])).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_are_given_as_they_end()
    {
        await using var fixture = await StartSandboxAsync(
            Released("slow") with
            {
                Timeline = Minutes with { Building = TimeSpan.FromMinutes(9) },
            },
            Released("fast"),
            Released("done") with
            {
                Timeline = null,
            }
        );

        var statuses = await WaitAsync(fixture, ["slow", "fast", "done", "fast"]);

        Assert.Equal(["done", "fast", "slow"], statuses.Select(status => status.Id));
    }

    [Fact]
    public async Task When_the_time_is_over_it_says_where_the_deployment_stands()
    {
        await using var fixture = await StartSandboxAsync(
            Released("a") with
            {
                Timeline = Minutes with { Building = TimeSpan.FromDays(1) },
            }
        );

        var status = Assert.Single(await WaitAsync(fixture, ["a"], limit: TimeSpan.FromMinutes(15)));

        Assert.Equal((DeploymentWaiter.Outcome.TimedOut, "PxxlDeploymentTimeout"), (status.Outcome, status.Failure!.ErrorId));
        Assert.Contains("is 'building' with build status 'building' after 900 seconds", status.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(DeploymentStatus.InProgress, status.Deployment!.Status);
    }

    [Fact]
    public async Task An_unknown_status_does_not_end_the_wait()
    {
        await using var fixture = await StartSandboxAsync(
            Released("a") with
            {
                Timeline = null,
                Status = "levitating",
                BuildStatus = null,
            }
        );

        Assert.Contains("'levitating'", Assert.Single(await WaitAsync(fixture, ["a"])).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_asks_no_faster_than_it_may_and_slower_with_time()
    {
        await using var fixture = await StartSandboxAsync(Released("a") with { Timeline = null, Status = "building" });

        await WaitAsync(fixture, ["a"], limit: TimeSpan.FromMinutes(20));

        var times = fixture.Sandbox.Requests.Select(request => request.ArrivedAt).ToList();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(5)));
        Assert.InRange(times.Count, 35, 60);
    }

    [Fact]
    public async Task An_outage_does_not_end_it_and_is_reported_once()
    {
        await using var fixture = await StartSandboxAsync(Released("a"));
        fixture.InjectFault(FaultKind.Unavailable503, times: 40, skip: 1);

        Assert.Equal(DeploymentWaiter.Outcome.Live, Assert.Single(await WaitAsync(fixture, ["a"], limit: TimeSpan.FromHours(2))).Outcome);

        Assert.Single(fixture.Warnings, warning => warning.Contains("Waiting continues", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failure_to_read_one_of_several_is_reported_once_too()
    {
        await using var fixture = await StartSandboxAsync(
            Released("a") with
            {
                Timeline = Minutes with { Building = TimeSpan.FromMinutes(10) },
            },
            Released("b")
        );
        fixture.Sandbox.Faults.Add(
            new Fault
            {
                Kind = FaultKind.MalformedJson,
                PathContains = "/b",
                Times = 20,
            }
        );

        var statuses = await WaitAsync(fixture, ["a", "b"], limit: TimeSpan.FromHours(2));

        Assert.All(statuses, status => Assert.Equal(DeploymentWaiter.Outcome.Live, status.Outcome));
        Assert.Single(fixture.Warnings, warning => warning.Contains("Waiting continues", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_network_that_goes_away_later_is_an_outage_and_no_wrong_address()
    {
        await using var fixture = await StartSandboxAsync(Released("a"));
        fixture.InjectFault(FaultKind.RouteNotRegistered404, times: 3, skip: 1);

        Assert.Equal(DeploymentWaiter.Outcome.Live, Assert.Single(await WaitAsync(fixture, ["a"])).Outcome);
    }

    [Fact]
    public async Task A_wrong_base_address_ends_it_immediately()
    {
        await using var fixture = await StartSandboxAsync(Released("a"));
        fixture.InjectFault(FaultKind.RouteNotRegistered404);

        var refused = await Assert.ThrowsAsync<ServiceException>(() => WaitAsync(fixture, ["a"]));

        Assert.Equal(CallFailure.WrongBaseUri, refused.Cause);
    }

    [Fact]
    public async Task The_time_is_over_also_while_the_service_does_not_answer()
    {
        await using var fixture = await StartSandboxAsync(Released("a") with { Timeline = null, Status = "building" });
        fixture.InjectFault(FaultKind.StallBeforeHeaders, skip: 1);

        var waiting = WaitAsync(fixture, ["a"], limit: TimeSpan.FromMinutes(20));
        await fixture.WaitForRequestsAsync(2);
        fixture.Clock.Advance(TimeSpan.FromMinutes(20));

        Assert.Equal(DeploymentWaiter.Outcome.TimedOut, Assert.Single(await waiting).Outcome);
        Assert.Equal(2, fixture.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task A_deployment_that_was_just_started_may_not_be_found_yet()
    {
        await using var fixture = await StartSandboxAsync(Released("a"));
        fixture.InjectFault(FaultKind.WrongTeam404, times: 2);

        Assert.Equal(DeploymentWaiter.Outcome.Live, Assert.Single(await WaitAsync(fixture, ["a"], areNew: true)).Outcome);
        Assert.Empty(fixture.Warnings);
    }

    [Fact]
    public async Task A_deployment_that_was_started_and_is_never_found_soon_is_an_error()
    {
        await using var fixture = await StartSandboxAsync();

        var status = Assert.Single(await WaitAsync(fixture, ["a"], areNew: true));

        Assert.Equal("PxxlNotFound", status.Failure!.ErrorId);
        Assert.InRange(fixture.Sandbox.Requests.Count, 3, 12);
    }

    [Fact]
    public async Task Many_deployments_are_checked_at_one_per_second_on_average()
    {
        var ids = Enumerable.Range(0, 60).Select(number => $"d{number}").ToArray();
        await using var fixture = await StartSandboxAsync([
            .. ids.Select(id => Released(id) with { Timeline = null, Status = "building" }),
        ]);

        await WaitAsync(fixture, ids, limit: TimeSpan.FromMinutes(20));

        Assert.InRange(fixture.Sandbox.Requests.Count, 1000, 1280);
    }

    [Fact]
    public async Task A_log_that_cannot_be_read_does_not_hide_the_failure()
    {
        await using var fixture = await StartSandboxAsync(
            Released("a") with
            {
                Timeline = null,
                Status = "failed",
                BuildStatus = "failed",
            }
        );

        var status = Assert.Single(
            await WaitAsync(fixture, ["a"], log: () => throw new ServiceException(ServiceName.Pxxl, CallFailure.ServerError, "x"))
        );

        Assert.Equal("The deployment a of checkout-api failed during the build.", status.Failure!.Message);
    }

    [Fact]
    public async Task One_that_does_not_exist_does_not_end_the_wait_for_the_others()
    {
        await using var fixture = await StartSandboxAsync(Released("a"));

        var statuses = await WaitAsync(fixture, ["missing", "a"]);

        Assert.Equal([("missing", "PxxlNotFound"), ("a", null)], statuses.Select(status => (status.Id, status.Failure?.ErrorId)));
    }

    [Fact]
    public async Task A_wrong_key_ends_it_immediately()
    {
        await using var fixture = await StartSandboxAsync(Released("a"));

        var refused = await Assert.ThrowsAsync<ServiceException>(() => WaitAsync(fixture, ["a"], pxxl: fixture.PxxlWith("pxxl_wrong")));

        Assert.Equal(CallFailure.Unauthorized, refused.Cause);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task A_live_deployment_is_also_waited_for_until_its_address_answers()
    {
        await using var fixture = await StartSandboxAsync(Released("a") with { Timeline = null });
        var asked = 0;

        var statuses = await WaitAsync(fixture, ["a"], health: () => ++asked < 4 ? "https://x.example responds with 502" : null);

        Assert.Equal((DeploymentWaiter.Outcome.Live, 4), (Assert.Single(statuses).Outcome, asked));
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task An_address_that_never_answers_is_a_timeout_that_says_so()
    {
        await using var fixture = await StartSandboxAsync(Released("a") with { Timeline = null });

        var status = Assert.Single(await WaitAsync(fixture, ["a"], health: () => "https://x.example responds with 502"));

        Assert.Contains("is live, but https://x.example responds with 502 after", status.Failure!.Message, StringComparison.Ordinal);
    }

    private static SandboxDeployment Released(string id) =>
        new()
        {
            Id = id,
            Status = "deployed",
            BuildStatus = "completed",
            CreatedAt = new AutoAdvancingClock().GetUtcNow(),
            ProjectId = "proj_1",
            ProjectName = "checkout-api",
            Timeline = Minutes,
        };

    private static async Task<SandboxFixture> StartSandboxAsync(params SandboxDeployment[] deployments)
    {
        var fixture = await SandboxFixture.StartAsync();
        fixture.Sandbox.Data.Replace(deployments);
        return fixture;
    }

    private static async Task<List<DeploymentWaiter.Status>> WaitAsync(
        SandboxFixture fixture,
        string[] ids,
        TimeSpan? limit = null,
        string[]? lines = null,
        Func<string?>? health = null,
        PxxlClient? pxxl = null,
        bool areNew = false,
        Func<IReadOnlyList<string>>? log = null
    )
    {
        var wait = new DeploymentWaiter(pxxl ?? fixture.Pxxl, fixture.Clock, fixture.Log)
        {
            Timeout = limit ?? TimeSpan.FromMinutes(15),
            CheckHealthAsync = health is null ? null : _ => Task.FromResult(health()),
            AreNewlyStarted = areNew,
            LastLogLines = (lines, log) switch
            {
                (not null, _) => (_, _, _) => Task.FromResult<IReadOnlyList<string>>(lines),
                (_, not null) => async (_, _, _) => await Task.Run(log),
                _ => null,
            },
        };
        var statuses = new List<DeploymentWaiter.Status>();
        await foreach (var status in wait.RunAsync(ids, SandboxFixture.Ct))
        {
            if (status is not null)
            {
                statuses.Add(status);
            }
        }

        return statuses;
    }
}
