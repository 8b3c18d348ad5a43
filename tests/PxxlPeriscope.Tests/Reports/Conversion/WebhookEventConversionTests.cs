using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Tests.Webhooks;

namespace PxxlPeriscope.Tests.Reports.Conversion;

/// <summary>Converting the event of a webhook to a Periscope report.</summary>
public sealed class WebhookEventConversionTests
{
    private const string Sha = "9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a";
    private static readonly DateTimeOffset Observed = DateTimeOffset.FromUnixTimeSeconds(1716723456);
    private static readonly DateTimeOffset Created = Observed.AddMinutes(-4);

    [Theory]
    [InlineData("succeeded", "success")]
    [InlineData("failed", "failure")]
    [InlineData("cancelled", "cancelled")]
    [InlineData("rolled_back", "rolled_back")]
    public void The_time_of_the_event_is_used_if_Pxxl_returns_no_end_time(string word, string status)
    {
        var report = Convert($$"""{"id":"dep_1","status":"{{word}}","commitSha":"{{Sha}}","createdAt":"{{Created:O}}"}""")!;

        Assert.Equal(
            ("pxxl-dep_1", status, Created, Observed, CompletionSource.Observed),
            (report.DeploymentId, report.Status, report.StartedAt, report.CompletedAt, report.CompletedAtSource)
        );
        Assert.True(ReportValidation.Check(report).IsValid);
    }

    [Fact]
    public void The_end_time_from_Pxxl_takes_precedence_over_that_of_the_event()
    {
        var report = Convert(
            $$"""
            {"id":"dep_1","status":"succeeded","commitSha":"{{Sha}}",
            "createdAt":"{{Created:O}}","finishedAt":"{{Created.AddMinutes(2):O}}"}
            """
        )!;

        Assert.Equal((Created.AddMinutes(2), CompletionSource.Finished), (report.CompletedAt, report.CompletedAtSource));
    }

    [Theory]
    [InlineData("building", "in_progress")]
    [InlineData("queued", "pending")]
    public void A_deployment_in_progress_has_no_completion_time(string word, string status)
    {
        var report = Convert($$"""{"id":"dep_1","status":"{{word}}","commitSha":"{{Sha}}","createdAt":"{{Created:O}}"}""")!;

        Assert.Equal((status, null, CompletionSource.None), (report.Status, report.CompletedAt, report.CompletedAtSource));
    }

    [Theory]
    [InlineData("deployment.created")]
    [InlineData("redeployment.queued")]
    public void The_event_that_announces_a_deployment_tells_when_it_was_created(string name)
    {
        var report = Convert($$"""{"id":"dep_1","status":"queued","commitSha":"{{Sha}}"}""", name)!;

        Assert.Equal((ReportStatus.Pending, Observed), (report.Status, report.StartedAt));
    }

    [Fact]
    public void A_later_event_does_not_and_the_message_says_how_to_read_the_complete_deployment()
    {
        Assert.Null(Convert($$"""{"id":"dep_1","status":"succeeded","commitSha":"{{Sha}}"}""", out var skipped));

        Assert.Contains("dep_1", skipped, StringComparison.Ordinal);
        Assert.Contains("-Refresh", skipped, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_deployment_is_skipped_with_its_reason()
    {
        Assert.Null(Convert($$"""{"id":"dep_1","status":"succeeded","createdAt":"{{Created:O}}"}""", out var skipped));

        Assert.Contains("no commit", skipped, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_about_no_deployment_is_skipped_with_its_name()
    {
        Assert.Null(
            new ReportConverter().Convert(
                SignedWebhook.ReadEvent("""{"event":"project.created","data":{"id":"proj_1"}}"""),
                out var skipped
            )
        );

        Assert.Contains("project.created", skipped, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clock_at_Pxxl_that_is_ahead_makes_no_report_that_ends_before_it_begins()
    {
        var report = Convert($$"""{"id":"dep_1","status":"failed","commitSha":"{{Sha}}","createdAt":"{{Observed.AddSeconds(20):O}}"}""")!;

        Assert.Equal(report.StartedAt, report.CompletedAt);
        Assert.True(ReportValidation.Check(report).IsValid);
    }

    [Fact]
    public void An_event_without_a_time_was_observed_now()
    {
        var clock = new AutoAdvancingClock();
        var webhookEvent = SignedWebhook.ReadEvent(
            $$"""
            {"event":"deployment.status_changed",
            "data":{"id":"dep_1","status":"failed","commitSha":"{{Sha}}","createdAt":"{{Created:O}}"} }
            """
        );

        var report = new ReportConverter { TimeProvider = clock }.Convert(webhookEvent, out _)!;

        Assert.Equal(clock.GetUtcNow(), report.CompletedAt);
    }

    [Fact]
    public void Project_and_environment_beside_the_deployment_reach_the_report()
    {
        var webhookEvent = SignedWebhook.ReadEvent(
            $$"""
            {"event":"deployment.status_changed","timestamp":1716723456,"data":{"project":{"id":"proj_1","name":"shop"},"to":"succeeded",
             "deployment":{"id":"dep_1","commitSha":"{{Sha}}","createdAt":"{{Created:O}}","branch":"main","environment":"Prod"} } }
            """
        );

        var report = new ReportConverter { EnvironmentMap = new Dictionary<string, string> { ["prod"] = "production" } }.Convert(
            webhookEvent,
            out _
        )!;

        Assert.Equal(
            ("shop", "production", "main", ReportStatus.Success),
            (report.Service, report.Environment, report.Branch, report.Status)
        );
    }

    private static DeploymentReport? Convert(string deployment, string name = "deployment.status_changed")
    {
        var report = Convert(deployment, out var skipped, name);
        Assert.Null(skipped);
        return report;
    }

    private static DeploymentReport? Convert(string deployment, out string? skipped, string name = "deployment.status_changed") =>
        new ReportConverter { TimeProvider = new AutoAdvancingClock() }.Convert(
            SignedWebhook.ReadEvent($$"""{"event":"{{name}}","timestamp":1716723456,"data":{{deployment}}}"""),
            out skipped
        );
}
