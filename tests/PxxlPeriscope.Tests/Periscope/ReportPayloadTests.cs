using System.Text;
using PxxlPeriscope.Periscope;

namespace PxxlPeriscope.Tests.Periscope;

/// <summary>The exact JSON that is sent.</summary>
public sealed class ReportPayloadTests
{
    private static readonly TimeSpan East = TimeSpan.FromHours(2);

    [Fact]
    public void A_full_report_has_every_field_of_the_schema_as_text() =>
        Assert.Equal(
            """
            {"deploymentId":"12345","commitSha":"1234567","environment":"production","status":"success",
            "startedAt":"2026-03-14T09:00:00Z","completedAt":"2026-03-14T09:04:59Z","organizationSlug":"harbour-labs",
            "service":"harbour-labs/checkout-api","branch":"main","previousCommitSha":"7654321","triggeredBy":"ada@example.org",
            "pipelineName":"Pxxl","pipelineUrl":"https://pxxl.app/x"}
            """.ReplaceLineEndings(string.Empty),
            Write(
                new DeploymentReport
                {
                    DeploymentId = "12345",
                    CommitSha = "1234567",
                    Environment = "production",
                    Status = "success",
                    StartedAt = new DateTimeOffset(2026, 3, 14, 11, 0, 0, East),
                    CompletedAt = new DateTimeOffset(2026, 3, 14, 11, 4, 59, 999, East),
                    CompletedAtSource = CompletionSource.Finished,
                    OrganizationSlug = "harbour-labs",
                    Service = "harbour-labs/checkout-api",
                    Branch = "main",
                    PreviousCommitSha = "7654321",
                    TriggeredBy = "ada@example.org",
                    PipelineName = "Pxxl",
                    PipelineUrl = "https://pxxl.app/x",
                }
            )
        );

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Missing_values_are_omitted_and_not_null_or_empty(string? nothing) =>
        Assert.Equal(
            """
            {"deploymentId":"pxxl-dep_1","commitSha":"9868bbc","environment":"staging","status":"pending",
            "startedAt":"2026-03-14T09:00:00Z"}
            """.ReplaceLineEndings(string.Empty),
            Write(
                SampleReports.InProgress(status: "pending") with
                {
                    CommitSha = "9868bbc",
                    Environment = "staging",
                    Service = nothing,
                    Branch = nothing,
                    PreviousCommitSha = nothing,
                    TriggeredBy = nothing,
                    PipelineName = nothing,
                    PipelineUrl = nothing,
                    OrganizationSlug = nothing,
                }
            )
        );

    [Theory]
    [InlineData("pending", false)]
    [InlineData("in_progress", false)]
    [InlineData("success", true)]
    [InlineData("failure", true)]
    [InlineData("cancelled", true)]
    [InlineData("rolled_back", true)]
    public void An_end_goes_with_the_terminal_statuses_only(string status, bool isSent) =>
        Assert.Equal(isSent, Write(SampleReports.Valid() with { Status = status }).Contains("completedAt", StringComparison.Ordinal));

    [Theory]
    [InlineData("0000000000000000000000000000000000000000", false)]
    [InlineData("00000", false)]
    [InlineData("00001", true)]
    public void A_previous_commit_of_zeros_names_none(string sha, bool isSent) =>
        Assert.Equal(
            isSent,
            Write(SampleReports.Valid() with { PreviousCommitSha = sha }).Contains("previousCommitSha", StringComparison.Ordinal)
        );

    [Fact]
    public async Task Ids_and_commits_of_digits_arrive_as_text()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        await fixture.Periscope.SendAsync(SampleReports.Valid("0012345") with { CommitSha = "1234567" }, SandboxFixture.Ct);

        var received = fixture.Sandbox.Reports["0012345"].Payload;
        Assert.Equal("\"0012345\"", received["deploymentId"]!.ToJsonString());
        Assert.Equal("\"1234567\"", received["commitSha"]!.ToJsonString());
    }

    [Fact]
    public async Task Any_text_arrives_as_it_was()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        const string Branch = "feat/\u00fc \"quoted\" \\ \u2028 \ud83d\ude80 </script>";

        await fixture.Periscope.SendAsync(SampleReports.Valid() with { Branch = Branch }, SandboxFixture.Ct);

        Assert.Equal(Branch, (string)fixture.Sandbox.Reports["pxxl-dep_1"].Payload["branch"]!);
    }

    private static string Write(DeploymentReport report) => Encoding.UTF8.GetString(ReportPayload.Write(report));
}
