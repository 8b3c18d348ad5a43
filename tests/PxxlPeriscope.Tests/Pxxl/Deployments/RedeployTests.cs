using System.Net;
using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Pxxl.Deployments;

/// <summary>Redeploying: exactly once, never accidentally twice.</summary>
public sealed class RedeployTests
{
    private const string Sha = "9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a";

    [Fact]
    public async Task It_returns_the_new_deployment_as_Pxxl_knows_it()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var project = fixture.Sandbox.Data.Projects[0];

        var deployment = await fixture.Pxxl.RedeployAsync(project.Id, Sha, "Ünïcode \"release\"", SandboxFixture.Ct);

        Assert.Equal(
            (DeploymentStatus.Queued, Sha, "Ünïcode \"release\"", project.Name),
            (deployment.Status, deployment.CommitSha, deployment.CommitMessage, deployment.ProjectName)
        );
        Assert.NotNull(fixture.Sandbox.Data.FindDeployment(deployment.Id));
        Assert.Equal(["POST", "GET"], fixture.Sandbox.Requests.Select(request => request.Method));
    }

    [Theory]
    [InlineData(null, null, "{}")]
    [InlineData(Sha, null, $$"""{"commitSha":"{{Sha}}"}""")]
    [InlineData(null, "say \"hi\"", """{"commitMessage":"say \u0022hi\u0022"}""")]
    public async Task Only_specified_values_are_sent(string? sha, string? message, string body)
    {
        string? sent = null;
        var end = new StubHandler(
            async (request, cancellationToken) =>
            {
                sent ??= request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
                return StubHandler.CreateResponse("""{"deploymentId":"dep_1"}""");
            }
        );

        await SandboxFixture.PxxlOver(end).RedeployAsync("proj_1", sha, message, SandboxFixture.Ct);

        Assert.Equal(body, sent);
    }

    [Theory]
    [InlineData("""{"success":true,"projectId":"proj_1","deploymentId":"dep_1","status":"queued"}""")]
    [InlineData("""{"success":true,"data":{"projectId":"proj_1","deploymentId":"dep_1","status":"queued"}}""")]
    [InlineData("""{"deployment":{"id":"dep_1","status":"queued"}}""")]
    [InlineData("""{"id":"proj_1","status":"queued","deployment":{"_id":"dep_1"}}""")]
    [InlineData("""{"data":{"id":"proj_1","deployment":{"deploymentId":"dep_1","deploymentStatus":"queued"}}}""")]
    [InlineData("""{"id":"dep_1","status":"queued"}""")]
    public async Task The_answer_is_understood_in_every_form(string answer)
    {
        var end = StubHandler.ReturningInOrder(
            () => StubHandler.CreateResponse(answer),
            () => StubHandler.CreateResponse("""{"message":"not yet"}""", HttpStatusCode.NotFound)
        );

        var deployment = await SandboxFixture.PxxlOver(end).RedeployAsync("proj_1", cancellationToken: SandboxFixture.Ct);

        Assert.Equal(("dep_1", "proj_1", DeploymentStatus.Queued), (deployment.Id, deployment.ProjectId, deployment.Status));
    }

    [Theory]
    [InlineData("""{"success":true,"status":"queued"}""")]
    [InlineData("""{"id":"proj_1","status":"queued"}""")]
    [InlineData("[]")]
    [InlineData("\"queued\"")]
    [InlineData("<html>")]
    public async Task An_answer_without_an_id_may_have_started_one_all_the_same(string answer)
    {
        var end = StubHandler.Returning(answer);

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            SandboxFixture.PxxlOver(end).RedeployAsync("proj_1", cancellationToken: SandboxFixture.Ct)
        );

        Assert.Equal((CallFailure.InvalidResponse, 1), (failure.Cause, end.Requests));
        Assert.Contains(
            "may have been started nevertheless. Before retrying, check with Get-PxxlDeployment -ProjectId proj_1 -First 1.",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(FaultKind.ResetAfterStored, 1)]
    [InlineData(FaultKind.ResetBeforeResponse, 0)]
    [InlineData(FaultKind.Unavailable503, 0)]
    [InlineData(FaultKind.Unavailable503RetryAfter, 0)]
    [InlineData(FaultKind.GatewayTimeout504, 0)]
    [InlineData(FaultKind.BadGateway502, 0)]
    [InlineData(FaultKind.ServerError500, 0)]
    public async Task It_is_sent_once_and_a_failure_says_that_it_may_have_been_started(FaultKind kind, int started)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind);
        var before = fixture.Sandbox.Data.Deployments.Count;

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.Pxxl.RedeployAsync(fixture.Sandbox.Data.Projects[0].Id, cancellationToken: SandboxFixture.Ct)
        );

        Assert.Contains("may have been started", failure.Message, StringComparison.Ordinal);
        Assert.Equal("POST", Assert.Single(fixture.Sandbox.Requests).Method);
        Assert.Equal((before + started, 1), (fixture.Sandbox.Data.Deployments.Count, failure.Attempts));
    }

    [Fact]
    public async Task It_is_sent_once_even_if_it_times_out()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.StallBeforeHeaders);

        var starting = fixture.Pxxl.RedeployAsync(fixture.Sandbox.Data.Projects[0].Id, cancellationToken: SandboxFixture.Ct);
        await fixture.TimeOutAttemptAsync(1);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => starting);
        Assert.Equal(CallFailure.Timeout, failure.Cause);
        Assert.Contains("may have been started", failure.Message, StringComparison.Ordinal);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Theory]
    [InlineData(FaultKind.Unauthorized401)]
    [InlineData(FaultKind.Forbidden403)]
    [InlineData(FaultKind.RouteNotRegistered404)]
    [InlineData(FaultKind.MalformedJson)]
    public async Task It_is_given_also_when_it_cannot_be_read_afterwards(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind, skip: 1);

        var started = await fixture.Pxxl.RedeployAsync(fixture.Sandbox.Data.Projects[0].Id, cancellationToken: SandboxFixture.Ct);

        Assert.Contains(fixture.Sandbox.Data.Deployments, row => row.Id == started.Id);
        Assert.Contains(
            $"The deployment {started.Id} was started, but cannot be read",
            Assert.Single(fixture.Warnings),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(FaultKind.Forbidden403, CallFailure.Forbidden)]
    [InlineData(FaultKind.PlanLimit403, CallFailure.PlanLimit)]
    [InlineData(FaultKind.TooManyRequestsBare, CallFailure.RateLimited)]
    [InlineData(FaultKind.WrongTeam404, CallFailure.NotFound)]
    [InlineData(FaultKind.JsonErrorIn200, CallFailure.RequestFailed)]
    [InlineData(FaultKind.RouteNotRegistered404, CallFailure.WrongBaseUri)]
    public async Task A_rejected_request_does_not_claim_that_it_may_have_been_started(FaultKind kind, CallFailure cause)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind);

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.Pxxl.RedeployAsync("proj_1", cancellationToken: SandboxFixture.Ct)
        );

        Assert.Equal(cause, failure.Cause);
        Assert.DoesNotContain("may have been started", failure.Message, StringComparison.Ordinal);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task A_project_that_does_not_exist_is_named()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.Pxxl.RedeployAsync("proj_missing", cancellationToken: SandboxFixture.Ct)
        );

        Assert.Equal(CallFailure.NotFound, failure.Cause);
        Assert.Contains("project 'proj_missing'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("v2.4.0")]
    [InlineData("1a2b")]
    [InlineData("9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a0")]
    [InlineData("HEAD~1")]
    [InlineData("1a2b3g4")]
    [InlineData("")]
    public async Task An_invalid_commit_is_rejected_before_anything_is_sent(string sha)
    {
        var end = StubHandler.Returning("{}");

        var refused = await Assert.ThrowsAsync<ServiceException>(() =>
            SandboxFixture.PxxlOver(end).RedeployAsync("proj_1", sha, cancellationToken: SandboxFixture.Ct)
        );

        Assert.Equal((CallFailure.InvalidRequest, 0), (refused.Cause, end.Requests));
        Assert.Contains("is not a commit SHA", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chosen_team_goes_with_it()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var team = fixture.Sandbox.Data.TeamId;
        using var connection = new PxxlConnection(
            SandboxFixture.Settings(fixture.Sandbox.PxxlUri, fixture.Sandbox.PxxlKey, fixture.Clock),
            "a test",
            ResilientHttpClientSource.Open
        );

        await new PxxlClient(connection.ForTeam(team)).RedeployAsync(
            fixture.Sandbox.Data.Projects[0].Id,
            cancellationToken: SandboxFixture.Ct
        );

        Assert.All(fixture.Sandbox.Requests, request => Assert.Equal($"?teamId={team}", request.Query));
    }
}
