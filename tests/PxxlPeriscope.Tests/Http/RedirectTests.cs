using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Http;

/// <summary>Redirects are followed only where the key may be sent.</summary>
public sealed class RedirectTests
{
    [Fact]
    public async Task Another_host_is_not_followed_and_never_sees_a_request()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        await using var other = await SandboxFixture.StartAsync();
        fixture.Sandbox.Faults.Add(
            new Fault { Kind = FaultKind.RedirectOtherHost, Location = new Uri(other.Sandbox.PxxlUri, "cli/whoami") }
        );

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct));

        Assert.Equal(CallFailure.RedirectRefused, failure.Cause);
        Assert.True(failure.IsFatal);
        Assert.Contains(other.Sandbox.PxxlUri.Authority, failure.Message, StringComparison.Ordinal);
        Assert.Single(fixture.Sandbox.Requests);
        Assert.Empty(other.Sandbox.Requests);
    }

    [Fact]
    public async Task The_same_machine_under_another_name_is_another_host()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.RedirectOtherHost);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct));

        Assert.Equal(CallFailure.RedirectRefused, failure.Cause);
        Assert.DoesNotContain(fixture.Sandbox.Requests, request => request.Host.StartsWith("localhost", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://service.example/api/v3/cli/whoami")]
    [InlineData("https://service.example:8443/api/v3/cli/whoami")]
    [InlineData("https://service.example.evil.test/api/v3/cli/whoami")]
    [InlineData("//evil.test/api/v3/cli/whoami")]
    [InlineData("file:///etc/passwd")]
    public async Task Another_scheme_port_or_name_is_another_host(string location)
    {
        var end = StubHandler.ReturningInOrder(
            () => Redirecting(location),
            () => StubHandler.CreateResponse("""{"user":{"id":"user_1"}}""")
        );

        var failure = await Assert.ThrowsAsync<ServiceException>(() => SandboxFixture.PxxlOver(end).GetAccountAsync(SandboxFixture.Ct));

        Assert.Equal(CallFailure.RedirectRefused, failure.Cause);
        Assert.Equal(1, end.Requests);
    }

    [Fact]
    public async Task The_same_host_is_followed()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.RedirectSameHost, times: 1);

        Assert.NotNull((await fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct)).Email);
        Assert.Equal(2, fixture.Sandbox.Requests.Count);
        Assert.All(fixture.Sandbox.Requests, request => Assert.True(request.HasAuthorization));
    }

    [Fact]
    public async Task A_repetition_begins_again_where_the_first_attempt_did()
    {
        var paths = new List<string>();
        var end = new StubHandler(
            (request, _) =>
            {
                paths.Add(request.RequestUri!.AbsolutePath);
                return Task.FromResult(
                    paths.Count switch
                    {
                        1 => Redirecting("/moved"),
                        2 => StubHandler.CreateResponse("", System.Net.HttpStatusCode.BadGateway),
                        _ => StubHandler.CreateResponse("""{"user":{"id":"user_1"}}"""),
                    }
                );
            }
        );

        await SandboxFixture.PxxlOver(end).GetAccountAsync(SandboxFixture.Ct);

        Assert.Equal(["/api/v3/cli/whoami", "/moved", "/api/v3/cli/whoami"], paths);
    }

    [Fact]
    public async Task A_circle_is_left_after_five_hops()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.RedirectSameHost);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct));

        Assert.Equal(CallFailure.RedirectRefused, failure.Cause);
        Assert.Equal(6, fixture.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task A_report_is_not_sent_on_even_within_the_host()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.RedirectSameHost, times: 1);

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.Periscope.SendAsync(SampleReports.Valid(), SandboxFixture.Ct)
        );

        Assert.Equal("PeriscopeRedirectRefused", failure.ErrorId);
        Assert.Single(fixture.Sandbox.Requests);
        Assert.Equal(0, fixture.Sandbox.Reports.Count);
    }

    [Fact]
    public async Task A_redirect_without_a_target_is_a_failure_not_an_empty_answer()
    {
        var end = StubHandler.Returning("", System.Net.HttpStatusCode.Found);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => SandboxFixture.PxxlOver(end).GetAccountAsync(SandboxFixture.Ct));

        Assert.Equal((CallFailure.RedirectRefused, (int?)302), (failure.Cause, failure.StatusCode));
    }

    private static HttpResponseMessage Redirecting(string location)
    {
        var answer = StubHandler.CreateResponse("", System.Net.HttpStatusCode.Found);
        answer.Headers.Location = new Uri(location, UriKind.RelativeOrAbsolute);
        return answer;
    }
}
