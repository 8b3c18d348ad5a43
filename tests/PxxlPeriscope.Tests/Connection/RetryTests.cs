using System.Net;
using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests;

/// <summary>What is sent again, how often, and how long is waited before.</summary>
public sealed class RetryTests
{
    [Theory]
    [InlineData(FaultKind.TooManyRequestsSeconds)]
    [InlineData(FaultKind.TooManyRequestsDate)]
    [InlineData(FaultKind.Unavailable503RetryAfter)]
    public async Task A_service_that_asks_for_time_is_given_at_least_that_long(FaultKind kind)
    {
        await using var world = await World.StartAsync();
        world.Failing(kind, times: 2, retryAfterSeconds: 7);

        var deployments = await world.DeploymentsAsync();

        Assert.Equal(200, deployments.Count);
        Assert.Equal(0, world.Sandbox.RetriedTooEarly);
        Assert.Equal(2, world.Clock.Waits.Count);
        // A date has whole seconds on both ends, so it may ask for one more.
        Assert.All(world.Clock.Waits, wait => Assert.InRange(wait, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(9)));
    }

    [Fact]
    public async Task What_one_call_is_asked_to_wait_the_others_wait_too()
    {
        await using var world = await World.StartAsync();
        world.Clock.IsHeld = true;
        world.Failing(FaultKind.TooManyRequestsSeconds, times: 1, retryAfterSeconds: 60);

        var first = world.Pxxl.GetAccountAsync(World.Ct);
        await Eventually.IsTrueAsync(() => world.Clock.Waits.Count == 1);
        var second = world.Pxxl.GetUsageAsync(World.Ct);
        await Eventually.IsTrueAsync(() => world.Clock.Waits.Count == 2);

        Assert.Single(world.Sandbox.Requests);
        Assert.Equal(TimeSpan.FromSeconds(60), world.Clock.Waits[1]);
        world.Clock.Advance(TimeSpan.FromSeconds(60));
        await Task.WhenAll(first, second);
        Assert.Equal(3, world.Sandbox.Requests.Count);
        Assert.Equal(0, world.Sandbox.RetriedTooEarly);
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(60, 1)]
    public async Task A_long_silence_is_explained(int seconds, int warnings)
    {
        await using var world = await World.StartAsync();
        world.Failing(FaultKind.TooManyRequestsSeconds, times: 1, retryAfterSeconds: seconds);

        await world.Pxxl.GetAccountAsync(World.Ct);

        Assert.Equal(Enumerable.Repeat($"127.0.0.1 asks to wait {seconds} s (HTTP 429). Waiting.", warnings), world.Warnings);
    }

    [Fact]
    public async Task The_sandbox_would_notice_a_retry_that_comes_too_early()
    {
        await using var world = await World.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        world.Failing(FaultKind.TooManyRequestsSeconds, times: 1, retryAfterSeconds: 7);

        await Assert.ThrowsAsync<ServiceException>(() => world.Pxxl.GetAccountAsync(World.Ct));
        // Another connection knows nothing of what this one was asked.
        await world.PxxlWith(world.Sandbox.PxxlKey).GetAccountAsync(World.Ct);

        Assert.Equal(1, world.Sandbox.RetriedTooEarly);
    }

    [Fact]
    public async Task What_the_last_attempt_is_asked_to_wait_the_next_call_waits()
    {
        await using var world = await World.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        world.Failing(FaultKind.TooManyRequestsSeconds, times: 1, retryAfterSeconds: 7);

        await Assert.ThrowsAsync<ServiceException>(() => world.Pxxl.GetAccountAsync(World.Ct));
        await world.Pxxl.GetAccountAsync(World.Ct);

        Assert.Equal(0, world.Sandbox.RetriedTooEarly);
    }

    [Theory]
    [InlineData(FaultKind.TooManyRequestsSeconds)]
    [InlineData(FaultKind.TooManyRequestsDate)]
    public async Task A_wait_beyond_the_cap_ends_the_call_at_once_and_says_how_long_it_would_be(FaultKind kind)
    {
        await using var world = await World.StartAsync();
        world.Failing(kind, retryAfterSeconds: 3600);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => world.Pxxl.GetAccountAsync(World.Ct));

        Assert.Equal(FailureCause.RateLimited, failure.Cause);
        Assert.InRange(failure.RetryAfter!.Value, TimeSpan.FromSeconds(3600), TimeSpan.FromSeconds(3602));
        Assert.Equal(1, failure.Attempts);
        Assert.Single(world.Sandbox.Requests);
        Assert.Empty(world.Clock.Waits);
    }

    [Fact]
    public async Task A_wait_of_exactly_the_cap_is_waited()
    {
        await using var world = await World.StartAsync();
        world.Failing(FaultKind.TooManyRequestsSeconds, times: 1, retryAfterSeconds: 120);

        await world.Pxxl.GetAccountAsync(World.Ct);

        Assert.Equal([TimeSpan.FromMinutes(2)], world.Clock.Waits);
    }

    [Fact]
    public async Task A_date_counts_from_the_clock_of_the_service_not_from_a_wrong_one_here()
    {
        var clock = new JumpingClock();
        var serviceNow = clock.GetUtcNow().AddHours(-5);
        var end = StubHandler.InTurn(
            () =>
            {
                var answer = StubHandler.Answer("{}", HttpStatusCode.TooManyRequests);
                answer.Headers.Date = serviceNow;
                answer.Headers.RetryAfter = new(serviceNow.AddSeconds(40));
                return answer;
            },
            () => StubHandler.Answer("""{"user":{"id":"user_1"}}"""));

        await World.PxxlAbove(end, clock: clock).GetAccountAsync(World.Ct);

        Assert.Equal(TimeSpan.FromSeconds(40), Assert.Single(clock.Waits));
    }

    [Theory]
    [InlineData(FaultKind.TooManyRequestsBare)]
    [InlineData(FaultKind.BadGateway502)]
    [InlineData(FaultKind.Unavailable503)]
    [InlineData(FaultKind.GatewayTimeout504)]
    [InlineData(FaultKind.ResetBeforeResponse)]
    [InlineData(FaultKind.ResetInBody)]
    public async Task A_failure_that_may_pass_is_not_noticed_by_the_reader(FaultKind kind)
    {
        await using var world = await World.StartAsync(new() { Deployments = 250 });
        world.Failing(kind, times: 2, skip: 1);

        var deployments = await world.DeploymentsAsync();

        Assert.Equal(world.Sandbox.Data.Deployments.Select(deployment => deployment.Id), deployments.Select(deployment => deployment.Id));
        Assert.Equal(2, world.Clock.Waits.Count);
    }

    [Theory]
    [InlineData(FaultKind.StallBeforeHeaders)]
    [InlineData(FaultKind.StallInBody)]
    public async Task A_stall_is_given_up_and_the_request_repeated(FaultKind kind)
    {
        await using var world = await World.StartAsync();
        world.Failing(kind, times: 1);

        var account = world.Pxxl.GetAccountAsync(World.Ct);
        await world.AttemptRunsOutOfTimeAsync(requests: 1);

        Assert.NotNull((await account).Email);
        Assert.Equal(2, world.Sandbox.Requests.Count);
        Assert.Equal([1, 2], world.Calls.Select(call => call.Attempt));
    }

    [Theory]
    [InlineData(FaultKind.BadGateway502, FailureCause.ServerError)]
    [InlineData(FaultKind.TooManyRequestsSeconds, FailureCause.RateLimited)]
    [InlineData(FaultKind.ResetBeforeResponse, FailureCause.Unreachable)]
    [InlineData(FaultKind.ResetInBody, FailureCause.InvalidResponse)]
    public async Task A_failure_that_does_not_pass_ends_after_four_repetitions(FaultKind kind, FailureCause cause)
    {
        await using var world = await World.StartAsync();
        world.Failing(kind);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => world.Pxxl.GetAccountAsync(World.Ct));

        Assert.Equal(cause, failure.Cause);
        Assert.Equal(5, failure.Attempts);
        Assert.Equal(5, world.Sandbox.Requests.Count);
        Assert.Equal(4, world.Clock.Waits.Count);
    }

    [Fact]
    public async Task Waits_grow_and_end_at_half_a_minute()
    {
        await using var world = await World.StartAsync(adjust: settings => settings with { MaximumRetryCount = 20 });
        world.Failing(FaultKind.BadGateway502);

        await Assert.ThrowsAsync<ServiceException>(() => world.Pxxl.GetAccountAsync(World.Ct));

        var waits = world.Clock.Waits;
        Assert.Equal(20, waits.Count);
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(30)));
        Assert.True(
            waits.Skip(10).Sum(wait => wait.TotalSeconds) > 5 * waits.Take(5).Sum(wait => wait.TotalSeconds), string.Join(", ", waits));
        // With jitter: a crowd of clients must not come back at the same moment.
        Assert.True(waits.Take(5).Distinct().Count() > 1);
    }

    [Fact]
    public async Task A_count_of_0_repeats_nothing()
    {
        await using var world = await World.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        world.Failing(FaultKind.BadGateway502);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => world.Pxxl.GetAccountAsync(World.Ct));

        Assert.Equal(1, failure.Attempts);
        Assert.Single(world.Sandbox.Requests);
        Assert.Empty(world.Clock.Waits);
    }

    [Fact]
    public async Task A_fault_of_Pxxl_itself_is_not_repeated()
    {
        await using var world = await World.StartAsync();
        world.Failing(FaultKind.ServerError500);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => world.Pxxl.GetAccountAsync(World.Ct));

        Assert.Equal((FailureCause.ServerError, (int?)500), (failure.Cause, failure.StatusCode));
        Assert.Single(world.Sandbox.Requests);
    }

    [Fact]
    public async Task A_fault_of_Periscope_itself_is_repeated_since_a_report_updates_its_own_record()
    {
        await using var world = await World.StartAsync();
        world.Failing(FaultKind.ServerError500, times: 2);

        var receipt = await world.Periscope.SendAsync(Reports.Valid(), World.Ct);

        Assert.Equal((ReceiptAction.Created, 3), (receipt.Action, receipt.Attempts));
    }

    [Theory]
    [InlineData("cli/deployments/dep_none", HttpStatusCode.NotFound, FailureCause.NotFound)]
    [InlineData("cli/nothing", HttpStatusCode.NotFound, FailureCause.WrongBaseUri)]
    public async Task What_does_not_exist_is_asked_for_once(string path, HttpStatusCode status, FailureCause cause)
    {
        await using var world = await World.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(
            () => world.Pxxl.InvokeAsync(HttpMethod.Get, path, cancellationToken: World.Ct));

        Assert.Equal(((int?)status, cause), (failure.StatusCode, failure.Cause));
        Assert.Single(world.Sandbox.Requests);
    }

    [Theory]
    [InlineData(400, FailureCause.InvalidRequest)]
    [InlineData(401, FailureCause.Unauthorized)]
    [InlineData(402, FailureCause.PlanLimit)]
    [InlineData(403, FailureCause.Forbidden)]
    [InlineData(404, FailureCause.NotFound)]
    [InlineData(409, FailureCause.Conflict)]
    [InlineData(413, FailureCause.InvalidRequest)]
    [InlineData(415, FailureCause.InvalidRequest)]
    [InlineData(422, FailureCause.InvalidRequest)]
    [InlineData(500, FailureCause.ServerError)]
    [InlineData(501, FailureCause.ServerError)]
    public async Task A_refusal_is_final_and_has_its_own_cause(int status, FailureCause cause)
    {
        var end = StubHandler.Saying("""{"message":"no"}""", (HttpStatusCode)status);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => World.PxxlAbove(end).GetAccountAsync(World.Ct));

        Assert.Equal((cause, (int?)status, 1), (failure.Cause, failure.StatusCode, failure.Attempts));
        Assert.Equal("Pxxl" + cause, failure.ErrorId);
        Assert.Equal(1, end.Requests);
    }

    [Theory]
    [InlineData(FaultKind.ResetBeforeResponse)]
    [InlineData(FaultKind.ResetInBody)]
    [InlineData(FaultKind.ResetAfterStored)]
    [InlineData(FaultKind.BadGateway502)]
    [InlineData(FaultKind.TooManyRequestsSeconds)]
    [InlineData(FaultKind.Unavailable503RetryAfter)]
    public async Task A_redeployment_is_never_sent_twice(FaultKind kind)
    {
        await using var world = await World.StartAsync();
        // First a call that succeeds: a connection that is kept open tempts to repeat on another.
        await world.Pxxl.GetAccountAsync(World.Ct);
        world.Failing(kind, times: 1);
        world.Sandbox.ClearRequests();

        var project = world.Sandbox.Data.Projects[0].Id;
        await Assert.ThrowsAsync<ServiceException>(
            () => world.Pxxl.InvokeAsync(HttpMethod.Post, $"cli/projects/{project}/redeploy", body: null, World.Ct));

        Assert.Equal("POST", Assert.Single(world.Sandbox.Requests).Method);
        Assert.Empty(world.Clock.Waits);
    }

    [Fact]
    public async Task A_redeployment_that_stalls_is_not_sent_again()
    {
        await using var world = await World.StartAsync();
        world.Failing(FaultKind.StallBeforeHeaders);

        var redeploy = world.Pxxl.InvokeAsync(
            HttpMethod.Post, $"cli/projects/{world.Sandbox.Data.Projects[0].Id}/redeploy", "{}", World.Ct);
        await world.AttemptRunsOutOfTimeAsync(requests: 1);

        Assert.Equal(FailureCause.Timeout, (await Assert.ThrowsAsync<ServiceException>(() => redeploy)).Cause);
        Assert.Single(world.Sandbox.Requests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public async Task A_redeployment_is_not_sent_twice_by_the_socket_either(string? body)
    {
        await using var server = new RawServer();
        using var connection = new PxxlConnection(
            World.Settings(server.Uri, "pxxl_test", new JumpingClock()), "a test", Http.ResilientHttpClientSource.Open);
        var client = new PxxlClient(connection);
        await client.GetAccountAsync(World.Ct);

        var failure = await Assert.ThrowsAsync<ServiceException>(
            () => client.InvokeAsync(HttpMethod.Post, "cli/projects/p/redeploy", body, World.Ct));

        Assert.Equal(FailureCause.Unreachable, failure.Cause);
        Assert.Equal(1, server.Posts);
    }

    [Fact]
    public async Task Each_attempt_is_told_with_its_status_its_request_id_and_the_wait_that_follows()
    {
        await using var world = await World.StartAsync();
        world.Failing(FaultKind.TooManyRequestsSeconds, times: 1, retryAfterSeconds: 7);

        await world.Pxxl.GetAccountAsync(World.Ct);

        Assert.Collection(
            world.Calls,
            first =>
            {
                Assert.Matches(@"^GET /api/v3/cli/whoami -> 429 in \d+ ms, attempt 1, request req_\w+; again in 7 s$", first.ToString());
                Assert.Equal(TimeSpan.FromSeconds(7), first.RetryIn);
            },
            second => Assert.Matches(@"^GET /api/v3/cli/whoami -> 200 in \d+ ms, attempt 2, request req_\w+$", second.ToString()));
    }
}
