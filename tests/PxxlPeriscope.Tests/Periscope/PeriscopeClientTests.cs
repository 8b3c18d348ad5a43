using System.Net;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Periscope;

/// <summary>Only a documented response counts as a receipt; everything else is a failure.</summary>
public sealed class PeriscopeClientTests
{
    [Fact]
    public async Task A_new_report_is_created_and_a_repeated_one_updated()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var first = await fixture.Periscope.SendAsync(SampleReports.InProgress(), SandboxFixture.Ct);
        var second = await fixture.Periscope.SendAsync(SampleReports.Valid(), SandboxFixture.Ct);

        Assert.Equal((ReceiptAction.Created, 42L, "in_progress", 1), (first.Action, first.RecordId!.Value, first.Status, first.Attempts));
        Assert.Equal((ReceiptAction.Updated, 42L, "success", 1), (second.Action, second.RecordId!.Value, second.Status, second.Attempts));
        Assert.Equal(("pxxl-dep_1", "production", 0), (second.DeploymentId, second.Environment, first.LinkedPullRequests));
        Assert.Equal(["in_progress", "success"], fixture.Sandbox.Reports["pxxl-dep_1"].Statuses);
    }

    [Theory]
    [InlineData(FaultKind.ResetAfterStored)]
    [InlineData(FaultKind.ResetInBody)]
    public async Task A_report_whose_answer_was_lost_is_repeated_and_found_there(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind, times: 1);

        var receipt = await fixture.Periscope.SendAsync(SampleReports.Valid(), SandboxFixture.Ct);

        Assert.Equal((ReceiptAction.Updated, 2), (receipt.Action, receipt.Attempts));
        Assert.Equal(1, fixture.Sandbox.Reports.Count);
    }

    [Fact]
    public async Task A_report_whose_answer_stalls_is_repeated_and_found_there()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.StallInBody, times: 1);

        var sending = fixture.Periscope.SendAsync(SampleReports.Valid(), SandboxFixture.Ct);
        await Eventually.IsTrueAsync(() => fixture.Sandbox.Reports.Count == 1);
        fixture.Clock.Advance(SandboxFixture.AttemptTimeout);

        var receipt = await sending;
        Assert.Equal((ReceiptAction.Updated, 2), (receipt.Action, receipt.Attempts));
    }

    [Theory]
    [InlineData(FaultKind.TooManyRequestsSeconds)]
    [InlineData(FaultKind.TooManyRequestsDate)]
    [InlineData(FaultKind.ServerError500)]
    [InlineData(FaultKind.BadGateway502)]
    [InlineData(FaultKind.Unavailable503RetryAfter)]
    [InlineData(FaultKind.ResetBeforeResponse)]
    public async Task A_failure_that_may_pass_is_waited_out(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind, times: 2, retryAfterSeconds: 5);

        var receipt = await fixture.Periscope.SendAsync(SampleReports.Valid(), SandboxFixture.Ct);

        Assert.Equal((ReceiptAction.Created, 3), (receipt.Action, receipt.Attempts));
        Assert.Equal(0, fixture.Sandbox.RetriedTooEarly);
    }

    [Theory]
    [InlineData(FaultKind.HtmlOk)]
    [InlineData(FaultKind.EmptyOk)]
    [InlineData(FaultKind.MalformedJson)]
    [InlineData(FaultKind.TruncatedJson)]
    [InlineData(FaultKind.UnknownEnvelope)]
    [InlineData(FaultKind.JsonErrorIn200)]
    public async Task A_200_from_another_sender_is_a_failure_and_not_a_receipt(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind);

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.Periscope.SendAsync(SampleReports.Valid(), SandboxFixture.Ct)
        );

        Assert.Equal("PeriscopeInvalidResponse", failure.ErrorId);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"created\"")]
    [InlineData("""{"action":null,"deploymentId":42}""")]
    [InlineData("""{"action":"ignored","deploymentId":42,"linkedPRs":0}""")]
    [InlineData("""{"action":["created"]}""")]
    [InlineData("""{"deploymentId":42,"linkedPRs":1}""")]
    public async Task A_201_without_an_action_is_a_failure_that_says_the_report_may_be_stored(string body)
    {
        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            SandboxFixture
                .PeriscopeOver(StubHandler.Returning(body, HttpStatusCode.Created))
                .SendAsync(SampleReports.Valid(), SandboxFixture.Ct)
        );

        Assert.Equal("PeriscopeInvalidResponse", failure.ErrorId);
        Assert.Contains("'pxxl-dep_1'. It may have been stored", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"action":"created"}""", null, null)]
    [InlineData("""{"action":"created","deploymentId":"42","linkedPRs":"3"}""", 42L, 3)]
    [InlineData("""{"action":"created","deploymentId":"pxxl-dep_1","linkedPRs":-1}""", null, null)]
    [InlineData("""{"action":"created","deploymentId":99999999999,"linkedPRs":99999999999}""", 99999999999L, null)]
    public async Task Missing_values_of_a_receipt_are_null(string body, long? record, int? links)
    {
        var receipt = await SandboxFixture.PeriscopeOver(StubHandler.Returning(body)).SendAsync(SampleReports.Valid(), SandboxFixture.Ct);

        Assert.Equal((record, links), (receipt.RecordId, receipt.LinkedPullRequests));
    }

    [Fact]
    public async Task A_rejected_report_is_an_invalid_report_with_the_message_of_Periscope()
    {
        var end = StubHandler.Returning("""{"error":"Invalid payload: service is too long"}""", HttpStatusCode.BadRequest);

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            SandboxFixture.PeriscopeOver(end).SendAsync(SampleReports.Valid(), SandboxFixture.Ct)
        );

        Assert.Equal(("PeriscopeInvalidReport", (int?)400, false), (failure.ErrorId, failure.StatusCode, failure.IsFatal));
        Assert.Contains("service is too long", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, end.Requests);
    }

    [Fact]
    public async Task A_wrong_key_is_reported_immediately_and_ends_the_call()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.PeriscopeWith("psk_live_wrong").SendAsync(SampleReports.Valid(), SandboxFixture.Ct)
        );

        Assert.Equal(("PeriscopeUnauthorized", true), (failure.ErrorId, failure.IsFatal));
        Assert.Contains("Invalid or missing API key", failure.Message, StringComparison.Ordinal);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task A_key_of_another_organisation_is_forbidden()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.PeriscopeWith(fixture.Sandbox.PeriscopeKey, "another-org").SendAsync(SampleReports.Valid(), SandboxFixture.Ct)
        );

        Assert.Equal(("PeriscopeForbidden", (int?)403), (failure.ErrorId, failure.StatusCode));
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task A_reports_own_organisation_comes_before_the_connections()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var client = fixture.PeriscopeWith(fixture.Sandbox.PeriscopeKey, "another-org");

        await client.SendAsync(SampleReports.Valid() with { OrganizationSlug = "sandbox-org" }, SandboxFixture.Ct);

        Assert.Equal("sandbox-org", (string)fixture.Sandbox.Reports["pxxl-dep_1"].Payload["organizationSlug"]!);
    }

    [Theory]
    [InlineData("success", "production", 0, true)]
    [InlineData("success", "production", 1, false)]
    [InlineData("success", "production", null, false)]
    [InlineData("success", "staging", 0, false)]
    [InlineData("failure", "production", 0, false)]
    public void Only_a_successful_production_release_should_have_linked_a_pull_request(
        string status,
        string environment,
        int? links,
        bool lacks
    )
    {
        var receipt = new Receipt
        {
            DeploymentId = "d",
            Status = status,
            Environment = environment,
            LinkedPullRequests = links,
        };

        Assert.Equal(lacks, receipt.HasNoLinkedPullRequests);
    }
}
