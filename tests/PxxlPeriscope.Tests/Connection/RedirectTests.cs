using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests;

/// <summary>A redirect is followed where the key may go, and nowhere else.</summary>
public sealed class RedirectTests
{
    [Fact]
    public async Task Another_host_is_not_followed_and_never_sees_a_request()
    {
        await using var world = await World.StartAsync();
        await using var other = await World.StartAsync();
        world.Sandbox.Faults.Add(new Fault { Kind = FaultKind.RedirectOtherHost, Location = new Uri(other.Sandbox.PxxlUri, "cli/whoami") });

        var failure = await Assert.ThrowsAsync<ServiceException>(() => world.Pxxl.GetAccountAsync(World.Ct));

        Assert.Equal(FailureCause.RedirectRefused, failure.Cause);
        Assert.True(failure.EndsTheCall);
        Assert.Contains(other.Sandbox.PxxlUri.Authority, failure.Message, StringComparison.Ordinal);
        Assert.Single(world.Sandbox.Requests);
        Assert.Empty(other.Sandbox.Requests);
    }

    [Fact]
    public async Task The_same_machine_under_another_name_is_another_host()
    {
        await using var world = await World.StartAsync();
        world.Failing(FaultKind.RedirectOtherHost);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => world.Pxxl.GetAccountAsync(World.Ct));

        Assert.Equal(FailureCause.RedirectRefused, failure.Cause);
        Assert.DoesNotContain(world.Sandbox.Requests, request => request.Host.StartsWith("localhost", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://service.example/api/v3/cli/whoami")]
    [InlineData("https://service.example:8443/api/v3/cli/whoami")]
    [InlineData("https://service.example.evil.test/api/v3/cli/whoami")]
    [InlineData("//evil.test/api/v3/cli/whoami")]
    [InlineData("file:///etc/passwd")]
    public async Task Another_scheme_port_or_name_is_another_host(string location)
    {
        var end = StubHandler.InTurn(() => Redirecting(location), () => StubHandler.Answer("""{"user":{"id":"user_1"}}"""));

        var failure = await Assert.ThrowsAsync<ServiceException>(() => World.PxxlAbove(end).GetAccountAsync(World.Ct));

        Assert.Equal(FailureCause.RedirectRefused, failure.Cause);
        Assert.Equal(1, end.Requests);
    }

    [Fact]
    public async Task The_same_host_is_followed()
    {
        await using var world = await World.StartAsync();
        world.Failing(FaultKind.RedirectSameHost, times: 1);

        Assert.NotNull((await world.Pxxl.GetAccountAsync(World.Ct)).Email);
        Assert.Equal(2, world.Sandbox.Requests.Count);
        Assert.All(world.Sandbox.Requests, request => Assert.True(request.HasAuthorization));
    }

    [Fact]
    public async Task A_repetition_begins_again_where_the_first_attempt_did()
    {
        var paths = new List<string>();
        var end = new StubHandler((request, _) =>
        {
            paths.Add(request.RequestUri!.AbsolutePath);
            return Task.FromResult(paths.Count switch
            {
                1 => Redirecting("/moved"),
                2 => StubHandler.Answer("", System.Net.HttpStatusCode.BadGateway),
                _ => StubHandler.Answer("""{"user":{"id":"user_1"}}"""),
            });
        });

        await World.PxxlAbove(end).GetAccountAsync(World.Ct);

        Assert.Equal(["/api/v3/cli/whoami", "/moved", "/api/v3/cli/whoami"], paths);
    }

    [Fact]
    public async Task A_circle_is_left_after_five_hops()
    {
        await using var world = await World.StartAsync();
        world.Failing(FaultKind.RedirectSameHost);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => world.Pxxl.GetAccountAsync(World.Ct));

        Assert.Equal(FailureCause.RedirectRefused, failure.Cause);
        Assert.Equal(6, world.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task A_report_is_not_sent_on_even_within_the_host()
    {
        await using var world = await World.StartAsync();
        world.Failing(FaultKind.RedirectSameHost, times: 1);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => world.Periscope.SendAsync(Reports.Valid(), World.Ct));

        Assert.Equal("PeriscopeRedirectRefused", failure.ErrorId);
        Assert.Single(world.Sandbox.Requests);
        Assert.Equal(0, world.Sandbox.Reports.Count);
    }

    [Fact]
    public async Task A_redirect_without_a_target_is_a_failure_not_an_empty_answer()
    {
        var end = StubHandler.Saying("", System.Net.HttpStatusCode.Found);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => World.PxxlAbove(end).GetAccountAsync(World.Ct));

        Assert.Equal((FailureCause.RedirectRefused, (int?)302), (failure.Cause, failure.StatusCode));
    }

    private static HttpResponseMessage Redirecting(string location)
    {
        var answer = StubHandler.Answer("", System.Net.HttpStatusCode.Found);
        answer.Headers.Location = new Uri(location, UriKind.RelativeOrAbsolute);
        return answer;
    }
}
