using PxxlPeriscope.Http;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Pxxl;

/// <summary>A response in an unknown format is an error that shows its beginning, never an empty list.</summary>
public sealed class InvalidResponseTests
{
    [Theory]
    [InlineData(FaultKind.UnknownEnvelope, "{\"rows\":[{\"id\":\"dep_1\"}]")]
    [InlineData(FaultKind.HtmlOk, "<!doctype html>")]
    [InlineData(FaultKind.TruncatedJson, "{\"deployments\":[{\"id\":\"dep_")]
    [InlineData(FaultKind.MalformedJson, "{\"deployments\":[{\"id\":\"dep_1\",}]")]
    [InlineData(FaultKind.ResetInBody, "{\"deployments\":[{\"id\":\"dep_")]
    [InlineData(FaultKind.EmptyOk, "is empty")]
    public async Task An_unreadable_list_is_an_error_with_its_beginning(FaultKind kind, string beginning)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.DeploymentsAsync());

        Assert.Equal("PxxlInvalidResponse", failure.ErrorId);
        Assert.Equal(200, failure.StatusCode);
        Assert.Contains(beginning, failure.Message, StringComparison.Ordinal);
        Assert.InRange(failure.Message.Length, 1, 400);
        Assert.False(failure.IsFatal);
    }

    [Theory]
    [InlineData(FaultKind.UnknownEnvelope)]
    [InlineData(FaultKind.HtmlOk)]
    [InlineData(FaultKind.TruncatedJson)]
    public async Task An_unreadable_page_in_the_middle_is_an_error_after_the_rows_before_it(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync(new() { Shape = new() { ServerLimitCap = 50 } });
        fixture.InjectFault(kind, skip: 1);
        var rows = 0;

        var failure = await Assert.ThrowsAsync<ServiceException>(async () =>
        {
            await foreach (var _ in fixture.Pxxl.ListDeploymentsAsync(new(), cancellationToken: SandboxFixture.Ct))
            {
                rows++;
            }
        });

        Assert.Equal(CallFailure.InvalidResponse, failure.Cause);
        Assert.Equal(50, rows);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("42")]
    [InlineData("\"deployments\"")]
    [InlineData("{}")]
    [InlineData("""{"deployments":null}""")]
    [InlineData("""{"deployments":{}}""")]
    [InlineData("""{"deployments":"none"}""")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":{"rows":[]}}""")]
    [InlineData("""{"projects":[]}""")]
    [InlineData("""[1,2,3]""")]
    [InlineData("""[[],[]]""")]
    [InlineData("""{"deployments":[{"name":"no id"}]}""")]
    [InlineData("""{"deployments":[null]}""")]
    public async Task No_list_is_an_error_not_an_empty_list(string body)
    {
        var failure = await Assert.ThrowsAsync<ServiceException>(() => ListAsync(body));

        Assert.Equal(CallFailure.InvalidResponse, failure.Cause);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"deployments":[]}""")]
    [InlineData("""{"deployments":[],"total":0,"totalPages":0}""")]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":{"deployments":[]}}""")]
    [InlineData("""{"success":true,"error":false,"data":{"items":[]}}""")]
    [InlineData("\ufeff{\"deployments\":[]}")]
    public async Task A_list_without_rows_is_empty(string body) => Assert.Empty(await ListAsync(body));

    [Theory]
    [InlineData("""{"success":false,"message":"The request could not be completed","deployments":[]}""", "could not be completed")]
    [InlineData("""{"error":true,"message":"The request could not be completed"}""", "could not be completed")]
    [InlineData("""{"success":false,"error":"text"}""", "text")]
    [InlineData("""{"success":"false"}""", "no reason was given")]
    public async Task A_failure_that_calls_itself_200_is_a_failure(string body, string says)
    {
        var failure = await Assert.ThrowsAsync<ServiceException>(() => ListAsync(body));

        Assert.Equal("PxxlRequestFailed", failure.ErrorId);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_without_an_id_are_left_out_and_counted_in_a_warning()
    {
        var warnings = new List<string>();

        var deployments = await ListAsync(
            """{"deployments":[{"id":"dep_1"},{"status":"deployed"},{"id":""},{"id":"dep_2"}],"total":4}""",
            warnings.Add
        );

        Assert.Equal(["dep_1", "dep_2"], deployments.Select(deployment => deployment.Id));
        Assert.Contains("2 of 4 deployments on page 1 have no id", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"deployment":{"status":"deployed"}}""")]
    [InlineData("""{"deployment":null}""")]
    public async Task A_missing_item_is_an_error(string body)
    {
        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            SandboxFixture.PxxlOver(StubHandler.Returning(body)).GetDeploymentAsync("dep_1", SandboxFixture.Ct)
        );

        Assert.Equal(CallFailure.InvalidResponse, failure.Cause);
    }

    [Fact]
    public async Task A_deeply_nested_response_is_rejected()
    {
        var failure = await Assert.ThrowsAsync<ServiceException>(() => ListAsync(new string('[', 100_000)));

        Assert.Equal(CallFailure.InvalidResponse, failure.Cause);
    }

    [Fact]
    public async Task An_endless_response_is_rejected_at_the_limit_and_not_retried()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumBodyBytes = 1024 * 1024 });
        fixture.InjectFault(FaultKind.HugeBody);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.DeploymentsAsync());

        Assert.Equal(CallFailure.InvalidResponse, failure.Cause);
        Assert.Contains("1 MiB", failure.Message, StringComparison.Ordinal);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task Control_characters_are_not_in_the_message()
    {
        var failure = await Assert.ThrowsAsync<ServiceException>(() => ListAsync("\u001b]0;owned\u0007\u001b[2J\u202eevil\r\n"));

        Assert.DoesNotContain(failure.Message, c => char.IsControl(c) || c == '\u202e');
    }

    private static async Task<List<Deployment>> ListAsync(string body, Action<string>? warning = null) =>
        await SandboxFixture
            .PxxlOver(StubHandler.Returning(body), new CallLog { Warning = warning })
            .ListDeploymentsAsync(new(), cancellationToken: SandboxFixture.Ct)
            .ToListAsync(SandboxFixture.Ct);
}
