using System.Net;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Http;

/// <summary>Reading error responses, so that a user knows what to do next.</summary>
public sealed class ErrorResponseTests
{
    [Fact]
    public async Task A_plan_limit_comes_with_its_figures()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.PlanLimit403);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.DeploymentsAsync());

        Assert.Equal("PxxlPlanLimit", failure.ErrorId);
        Assert.Equal(("PROJECT_LIMIT_EXCEEDED", 3d, 3d), (failure.Code, failure.Limit, failure.Used));
        Assert.StartsWith("req_", failure.RequestId, StringComparison.Ordinal);
        Assert.Contains("project limit is reached", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"code":"X","message":"no","limit":10,"used":10}""", 10d, 10d, null)]
    [InlineData("""{"code":"X","message":"no","limit":10,"current":"11"}""", 10d, 11d, null)]
    [InlineData("""{"code":"X","message":"no","limit":"10","used":9,"requiredPlan":"Plus"}""", 10d, 9d, "Plus")]
    [InlineData("""{"message":"no","requiredPlan":"Plus"}""", null, null, "Plus")]
    [InlineData("""{"error":{"code":"X","message":"no","limit":10,"used":10}}""", 10d, 10d, null)]
    public async Task Each_form_of_a_plan_limit_is_understood(string body, double? limit, double? used, string? plan)
    {
        var failure = await FailAsync(HttpStatusCode.Forbidden, body);

        Assert.Equal((CallFailure.PlanLimit, limit, used, plan), (failure.Cause, failure.Limit, failure.Used, failure.RequiredPlan));
    }

    [Theory]
    [InlineData("""{"message":"the text"}""")]
    [InlineData("""{"error":"the text"}""")]
    [InlineData("""{"error":{"message":"the text"}}""")]
    [InlineData("""{"error":true,"message":"the text"}""")]
    [InlineData("""{"errors":[{"message":"the text"}]}""")]
    [InlineData("""{"errors":["the text"]}""")]
    [InlineData("""{"detail":"the text"}""")]
    [InlineData("""{"title":"the text"}""")]
    [InlineData("the text")]
    public async Task The_message_of_the_service_is_found_in_every_format(string body) =>
        Assert.Contains("Service message: the text.", (await FailAsync(HttpStatusCode.BadRequest, body)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("""{"errors":[]}""")]
    [InlineData("""{"error":{}}""")]
    [InlineData("""{"errors":[null]}""")]
    [InlineData("{\"message\":")]
    [InlineData("\u0000\u0001")]
    [InlineData("""{"message":"cut \ud83d"}""")]
    public async Task An_error_response_without_a_message_is_still_an_error(string body)
    {
        var failure = await FailAsync(HttpStatusCode.BadRequest, body);

        Assert.Equal((CallFailure.InvalidRequest, (int?)400), (failure.Cause, failure.StatusCode));
    }

    [Fact]
    public async Task A_retired_base_address_is_distinguished_from_a_missing_deployment()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.RouteNotRegistered404, times: 1);

        var off = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetDeploymentAsync("dep_none", SandboxFixture.Ct));
        var missing = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetDeploymentAsync("dep_none", SandboxFixture.Ct));

        Assert.Equal((CallFailure.WrongBaseUri, true), (off.Cause, off.IsFatal));
        Assert.Equal((CallFailure.NotFound, false), (missing.Cause, missing.IsFatal));
        Assert.Contains("no deployment 'dep_none', or this key and team have no access to it", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_a_wrong_base_address()
    {
        var end = new StubHandler(
            (_, _) => throw new HttpRequestException(HttpRequestError.NameResolutionError, "Name or service not known")
        );

        var failure = await Assert.ThrowsAsync<ServiceException>(() => SandboxFixture.PxxlOver(end).GetAccountAsync(SandboxFixture.Ct));

        Assert.Equal((CallFailure.WrongBaseUri, true), (failure.Cause, failure.IsFatal));
    }

    [Fact]
    public async Task A_page_of_the_edge_is_not_quoted_but_its_request_id_is_kept()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        fixture.InjectFault(FaultKind.BadGateway502);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct));

        Assert.DoesNotContain("<", failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("req_", failure.RequestId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_characters_and_excessive_text_are_not_shown()
    {
        var failure = await FailAsync(
            HttpStatusCode.BadRequest,
            """{"message":"\u001b[31mred\u0007\r\nline""" + new string('x', 5000) + "\"}"
        );

        Assert.DoesNotContain(failure.Message, char.IsControl);
        Assert.InRange(failure.Message.Length, 100, 500);
    }

    private static Task<ServiceException> FailAsync(HttpStatusCode status, string body) =>
        Assert.ThrowsAsync<ServiceException>(() =>
            SandboxFixture.PxxlOver(StubHandler.Returning(body, status)).GetAccountAsync(SandboxFixture.Ct)
        );
}
