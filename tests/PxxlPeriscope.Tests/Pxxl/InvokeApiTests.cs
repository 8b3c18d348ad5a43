namespace PxxlPeriscope.Tests.Pxxl;

/// <summary>Calling any other route, without leaving the base address.</summary>
public sealed class InvokeApiTests
{
    [Theory]
    [InlineData("teams", "/api/v3/teams")]
    [InlineData("/cli/projects", "/api/v3/cli/projects")]
    [InlineData("cli/projects?page=1&limit=5", "/api/v3/cli/projects?page=1&limit=5")]
    [InlineData("cli/usage?a=../../x", "/api/v3/cli/usage?a=../../x")]
    [InlineData("cli/projects?next=https://x/", "/api/v3/cli/projects?next=https://x/")]
    public async Task A_path_below_the_base_is_called_as_it_is(string path, string target)
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var reply = await fixture.Pxxl.InvokeAsync(HttpMethod.Get, path, cancellationToken: SandboxFixture.Ct);

        Assert.Equal(200, reply.StatusCode);
        Assert.Equal(target, Assert.Single(fixture.Sandbox.Requests).RawTarget);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("?page=1")]
    [InlineData("../api/webhooks/deployments")]
    [InlineData("cli/../../x")]
    [InlineData("cli/..")]
    [InlineData("cli/%2e%2e/%2e%2e/x")]
    [InlineData("cli/.%2E/x")]
    [InlineData("cli/..%2f..%2fx")]
    [InlineData("cli\\..\\x")]
    [InlineData("cli/%5c../x")]
    [InlineData("cli/x#fragment")]
    [InlineData("https://evil.test/x")]
    [InlineData("//evil.test/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("cli/x\r\nHost: evil.test")]
    [InlineData("cli/%0d%0aHost:%20evil.test")]
    public async Task A_path_that_leads_elsewhere_is_rejected_or_stays_below_the_base(string path)
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.Pxxl.InvokeAsync(HttpMethod.Get, path, cancellationToken: SandboxFixture.Ct)
        );

        // `//evil.test/x` is a path that contains a host name, not a host.
        Assert.True(failure.Cause is CallFailure.InvalidPath || path == "//evil.test/x", failure.ToString());
        Assert.All(fixture.Sandbox.Requests, request => Assert.StartsWith("/api/v3/", request.RawTarget, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_is_sent_as_JSON()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var project = fixture.Sandbox.Data.Projects[0].Id;

        await fixture.Pxxl.InvokeAsync(
            HttpMethod.Post,
            $"cli/projects/{project}/redeploy",
            """{"commitSha":"9868bbc"}""",
            SandboxFixture.Ct
        );

        Assert.Equal("9868bbc", fixture.Sandbox.Data.Deployments[0].CommitSha);
    }

    [Fact]
    public async Task A_rejected_body_is_an_error_with_the_message_of_the_service()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.Pxxl.InvokeAsync(
                HttpMethod.Post,
                $"cli/projects/{fixture.Sandbox.Data.Projects[0].Id}/redeploy",
                "{",
                SandboxFixture.Ct
            )
        );

        Assert.Equal((CallFailure.InvalidRequest, 1), (failure.Cause, failure.Attempts));
        Assert.Contains("Request body is not valid JSON", failure.Message, StringComparison.Ordinal);
    }
}
