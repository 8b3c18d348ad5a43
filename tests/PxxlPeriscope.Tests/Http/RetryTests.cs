using System.Net;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Http;

/// <summary>Which requests are retried, how often, and after which delay.</summary>
public sealed class RetryTests
{
    [Theory]
    [InlineData(FaultKind.TooManyRequestsSeconds)]
    [InlineData(FaultKind.TooManyRequestsDate)]
    [InlineData(FaultKind.Unavailable503RetryAfter)]
    public async Task A_service_that_asks_for_time_is_given_at_least_that_long(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind, times: 2, retryAfterSeconds: 7);

        var deployments = await fixture.DeploymentsAsync();

        Assert.Equal(200, deployments.Count);
        Assert.Equal(0, fixture.Sandbox.RetriedTooEarly);
        Assert.Equal(2, fixture.Clock.Waits.Count);
        // Dates have whole seconds at both ends, so the requested wait may be one second longer.
        Assert.All(fixture.Clock.Waits, wait => Assert.InRange(wait, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(9)));
    }

    [Fact]
    public async Task A_wait_requested_for_one_call_applies_to_the_others()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.Clock.IsHeld = true;
        fixture.InjectFault(FaultKind.TooManyRequestsSeconds, times: 1, retryAfterSeconds: 60);

        var first = fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct);
        await Eventually.IsTrueAsync(() => fixture.Clock.Waits.Count == 1);
        var second = fixture.Pxxl.GetUsageAsync(SandboxFixture.Ct);
        await Eventually.IsTrueAsync(() => fixture.Clock.Waits.Count == 2);

        Assert.Single(fixture.Sandbox.Requests);
        Assert.Equal(TimeSpan.FromSeconds(60), fixture.Clock.Waits[1]);
        fixture.Clock.Advance(TimeSpan.FromSeconds(60));
        await Task.WhenAll(first, second);
        Assert.Equal(3, fixture.Sandbox.Requests.Count);
        Assert.Equal(0, fixture.Sandbox.RetriedTooEarly);
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(60, 1)]
    public async Task A_long_silence_is_explained(int seconds, int warnings)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.TooManyRequestsSeconds, times: 1, retryAfterSeconds: seconds);

        await fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct);

        Assert.Equal(Enumerable.Repeat($"127.0.0.1 requested a wait of {seconds} s (HTTP 429). Waiting.", warnings), fixture.Warnings);
    }

    [Fact]
    public async Task The_sandbox_would_notice_a_retry_that_comes_too_early()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        fixture.InjectFault(FaultKind.TooManyRequestsSeconds, times: 1, retryAfterSeconds: 7);

        await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct));
        // The wait does not apply to another connection.
        await fixture.PxxlWith(fixture.Sandbox.PxxlKey).GetAccountAsync(SandboxFixture.Ct);

        Assert.Equal(1, fixture.Sandbox.RetriedTooEarly);
    }

    [Fact]
    public async Task A_wait_requested_by_the_last_attempt_applies_to_the_next_call()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        fixture.InjectFault(FaultKind.TooManyRequestsSeconds, times: 1, retryAfterSeconds: 7);

        await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct));
        await fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct);

        Assert.Equal(0, fixture.Sandbox.RetriedTooEarly);
    }

    [Theory]
    [InlineData(FaultKind.TooManyRequestsSeconds)]
    [InlineData(FaultKind.TooManyRequestsDate)]
    public async Task A_wait_above_the_maximum_ends_the_call_immediately_and_is_reported(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind, retryAfterSeconds: 3600);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct));

        Assert.Equal(CallFailure.RateLimited, failure.Cause);
        Assert.InRange(failure.RetryAfter!.Value, TimeSpan.FromSeconds(3600), TimeSpan.FromSeconds(3602));
        Assert.Equal(1, failure.Attempts);
        Assert.Single(fixture.Sandbox.Requests);
        Assert.Empty(fixture.Clock.Waits);
    }

    [Fact]
    public async Task A_wait_of_exactly_the_cap_is_waited()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.TooManyRequestsSeconds, times: 1, retryAfterSeconds: 120);

        await fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct);

        Assert.Equal([TimeSpan.FromMinutes(2)], fixture.Clock.Waits);
    }

    [Fact]
    public async Task A_date_counts_from_the_clock_of_the_service_not_from_a_wrong_one_here()
    {
        var clock = new AutoAdvancingClock();
        var serviceNow = clock.GetUtcNow().AddHours(-5);
        var end = StubHandler.ReturningInOrder(
            () =>
            {
                var answer = StubHandler.CreateResponse("{}", HttpStatusCode.TooManyRequests);
                answer.Headers.Date = serviceNow;
                answer.Headers.RetryAfter = new(serviceNow.AddSeconds(40));
                return answer;
            },
            () => StubHandler.CreateResponse("""{"user":{"id":"user_1"}}""")
        );

        await SandboxFixture.PxxlOver(end, clock: clock).GetAccountAsync(SandboxFixture.Ct);

        Assert.Equal(TimeSpan.FromSeconds(40), Assert.Single(clock.Waits));
    }

    [Theory]
    [InlineData(FaultKind.TooManyRequestsBare)]
    [InlineData(FaultKind.BadGateway502)]
    [InlineData(FaultKind.Unavailable503)]
    [InlineData(FaultKind.GatewayTimeout504)]
    [InlineData(FaultKind.ResetBeforeResponse)]
    [InlineData(FaultKind.ResetInBody)]
    public async Task A_transient_failure_is_not_visible_to_the_caller(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync(new() { Deployments = 250 });
        fixture.InjectFault(kind, times: 2, skip: 1);

        var deployments = await fixture.DeploymentsAsync();

        Assert.Equal(fixture.Sandbox.Data.Deployments.Select(deployment => deployment.Id), deployments.Select(deployment => deployment.Id));
        Assert.Equal(2, fixture.Clock.Waits.Count);
    }

    [Theory]
    [InlineData(FaultKind.StallBeforeHeaders)]
    [InlineData(FaultKind.StallInBody)]
    public async Task A_stall_is_given_up_and_the_request_repeated(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind, times: 1);

        var account = fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct);
        await fixture.TimeOutAttemptAsync(requests: 1);

        Assert.NotNull((await account).Email);
        Assert.Equal(2, fixture.Sandbox.Requests.Count);
        Assert.Equal([1, 2], fixture.Calls.Select(call => call.Attempt));
    }

    [Theory]
    [InlineData(FaultKind.BadGateway502, CallFailure.ServerError)]
    [InlineData(FaultKind.TooManyRequestsSeconds, CallFailure.RateLimited)]
    [InlineData(FaultKind.ResetBeforeResponse, CallFailure.Unreachable)]
    [InlineData(FaultKind.ResetInBody, CallFailure.InvalidResponse)]
    public async Task A_failure_that_does_not_pass_ends_after_four_repetitions(FaultKind kind, CallFailure cause)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct));

        Assert.Equal(cause, failure.Cause);
        Assert.Equal(5, failure.Attempts);
        Assert.Equal(5, fixture.Sandbox.Requests.Count);
        Assert.Equal(4, fixture.Clock.Waits.Count);
    }

    [Fact]
    public async Task Waits_grow_and_end_at_half_a_minute()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 20 });
        fixture.InjectFault(FaultKind.BadGateway502);

        await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct));

        var waits = fixture.Clock.Waits;
        Assert.Equal(20, waits.Count);
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(30)));
        Assert.True(
            waits.Skip(10).Sum(wait => wait.TotalSeconds) > 5 * waits.Take(5).Sum(wait => wait.TotalSeconds),
            string.Join(", ", waits)
        );
        // With jitter, so that many clients do not retry at the same moment.
        Assert.True(waits.Take(5).Distinct().Count() > 1);
    }

    [Fact]
    public async Task A_count_of_0_repeats_nothing()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        fixture.InjectFault(FaultKind.BadGateway502);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct));

        Assert.Equal(1, failure.Attempts);
        Assert.Single(fixture.Sandbox.Requests);
        Assert.Empty(fixture.Clock.Waits);
    }

    [Fact]
    public async Task A_500_of_Pxxl_is_not_retried()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.ServerError500);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct));

        Assert.Equal((CallFailure.ServerError, (int?)500), (failure.Cause, failure.StatusCode));
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task A_500_of_Periscope_is_retried_because_a_report_updates_its_own_record()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.ServerError500, times: 2);

        var receipt = await fixture.Periscope.SendAsync(SampleReports.Valid(), SandboxFixture.Ct);

        Assert.Equal((ReceiptAction.Created, 3), (receipt.Action, receipt.Attempts));
    }

    [Theory]
    [InlineData("cli/deployments/dep_none", HttpStatusCode.NotFound, CallFailure.NotFound)]
    [InlineData("cli/nothing", HttpStatusCode.NotFound, CallFailure.WrongBaseUri)]
    public async Task A_404_is_not_retried(string path, HttpStatusCode status, CallFailure cause)
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.Pxxl.InvokeAsync(HttpMethod.Get, path, cancellationToken: SandboxFixture.Ct)
        );

        Assert.Equal(((int?)status, cause), (failure.StatusCode, failure.Cause));
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Theory]
    [InlineData(400, CallFailure.InvalidRequest)]
    [InlineData(401, CallFailure.Unauthorized)]
    [InlineData(402, CallFailure.PlanLimit)]
    [InlineData(403, CallFailure.Forbidden)]
    [InlineData(404, CallFailure.NotFound)]
    [InlineData(409, CallFailure.Conflict)]
    [InlineData(413, CallFailure.InvalidRequest)]
    [InlineData(415, CallFailure.InvalidRequest)]
    [InlineData(422, CallFailure.InvalidRequest)]
    [InlineData(500, CallFailure.ServerError)]
    [InlineData(501, CallFailure.ServerError)]
    public async Task A_rejection_is_final_and_has_its_own_cause(int status, CallFailure cause)
    {
        var end = StubHandler.Returning("""{"message":"no"}""", (HttpStatusCode)status);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => SandboxFixture.PxxlOver(end).GetAccountAsync(SandboxFixture.Ct));

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
        await using var fixture = await SandboxFixture.StartAsync();
        // A successful call first: when a pooled connection breaks, the socket handler may resend a request on a new one.
        await fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct);
        fixture.InjectFault(kind, times: 1);
        fixture.Sandbox.ClearRequests();

        var project = fixture.Sandbox.Data.Projects[0].Id;
        await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.Pxxl.InvokeAsync(HttpMethod.Post, $"cli/projects/{project}/redeploy", body: null, SandboxFixture.Ct)
        );

        Assert.Equal("POST", Assert.Single(fixture.Sandbox.Requests).Method);
        Assert.Empty(fixture.Clock.Waits);
    }

    [Fact]
    public async Task A_redeployment_that_stalls_is_not_sent_again()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.StallBeforeHeaders);

        var redeploy = fixture.Pxxl.InvokeAsync(
            HttpMethod.Post,
            $"cli/projects/{fixture.Sandbox.Data.Projects[0].Id}/redeploy",
            "{}",
            SandboxFixture.Ct
        );
        await fixture.TimeOutAttemptAsync(requests: 1);

        Assert.Equal(CallFailure.Timeout, (await Assert.ThrowsAsync<ServiceException>(() => redeploy)).Cause);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public async Task A_redeployment_is_not_sent_twice_by_the_socket_either(string? body)
    {
        await using var server = new RawServer();
        using var connection = new PxxlConnection(
            SandboxFixture.Settings(server.Uri, "pxxl_test", new AutoAdvancingClock()),
            "a test",
            PxxlPeriscope.Http.ResilientHttpClientSource.Open
        );
        var client = new PxxlClient(connection);
        await client.GetAccountAsync(SandboxFixture.Ct);

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            client.InvokeAsync(HttpMethod.Post, "cli/projects/p/redeploy", body, SandboxFixture.Ct)
        );

        Assert.Equal(CallFailure.Unreachable, failure.Cause);
        Assert.Equal(1, server.PostedRequests);
    }

    [Fact]
    public async Task Each_attempt_is_logged_with_its_status_request_id_and_following_delay()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.TooManyRequestsSeconds, times: 1, retryAfterSeconds: 7);

        await fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct);

        Assert.Collection(
            fixture.Calls,
            first =>
            {
                Assert.Matches(@"^GET /api/v3/cli/whoami -> 429 in \d+ ms, attempt 1, request req_\w+; retry in 7 s$", first.ToString());
                Assert.Equal(TimeSpan.FromSeconds(7), first.RetryIn);
            },
            second => Assert.Matches(@"^GET /api/v3/cli/whoami -> 200 in \d+ ms, attempt 2, request req_\w+$", second.ToString())
        );
    }
}
