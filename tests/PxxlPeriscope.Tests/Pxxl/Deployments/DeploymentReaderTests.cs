using System.Globalization;

namespace PxxlPeriscope.Tests.Pxxl.Deployments;

/// <summary>Reading a row: tolerant of field names, but without inventing values.</summary>
public sealed class DeploymentReaderTests
{
    [Theory]
    [InlineData("warp-speed", DeploymentStatus.InProgress)]
    [InlineData("deployed", DeploymentStatus.Success)]
    [InlineData("successful", DeploymentStatus.Success)]
    [InlineData("succeeded", DeploymentStatus.Success)]
    [InlineData("SUCCEEDED", DeploymentStatus.Success)]
    [InlineData("completed", DeploymentStatus.Success)]
    [InlineData("failed", DeploymentStatus.Failed)]
    [InlineData("Timed Out", DeploymentStatus.Failed)]
    [InlineData("timed-out", DeploymentStatus.Failed)]
    [InlineData("cancelled", DeploymentStatus.Stopped)]
    [InlineData("canceled", DeploymentStatus.Stopped)]
    [InlineData("expired", DeploymentStatus.Stopped)]
    [InlineData("rolled-back", DeploymentStatus.RolledBack)]
    [InlineData("queued", DeploymentStatus.Queued)]
    [InlineData("building", DeploymentStatus.InProgress)]
    [InlineData(" promoting ", DeploymentStatus.InProgress)]
    public async Task A_status_word_is_normalized_and_kept_unchanged(string word, DeploymentStatus expected)
    {
        var deployment = await ReadAsync($$"""{"id":"dep_1","status":"{{word}}"}""");

        Assert.Equal((expected, word), (deployment.Status, deployment.RawStatus));
        Assert.Equal(expected is not (DeploymentStatus.InProgress or DeploymentStatus.Queued), deployment.IsTerminal);
    }

    [Fact]
    public async Task A_completed_build_is_not_a_release()
    {
        var deployment = await ReadAsync("""{"id":"dep_1","buildStatus":"completed"}""");

        Assert.Equal(DeploymentStatus.InProgress, deployment.Status);
        Assert.False(deployment.IsTerminal);
        Assert.Equal(("completed", "completed"), (deployment.RawStatus, deployment.BuildStatus));
    }

    [Fact]
    public async Task A_failed_build_is_a_failure_even_without_a_deployment_status() =>
        Assert.Equal(DeploymentStatus.Failed, (await ReadAsync("""{"id":"dep_1","buildStatus":"failed"}""")).Status);

    [Theory]
    [InlineData("""{"id":"dep_1","status":"failed","buildStatus":"completed"}""", DeploymentStatus.Failed)]
    [InlineData("""{"id":"dep_1","buildStatus":"completed","deploymentStatus":"failed","status":"deployed"}""", DeploymentStatus.Failed)]
    [InlineData("""{"id":"dep_1","status":"deployed","deploymentStatus":""}""", DeploymentStatus.Success)]
    [InlineData("""{"id":"dep_1","status":"deployed","deploymentStatus":null}""", DeploymentStatus.Success)]
    [InlineData("""{"id":"dep_1"}""", DeploymentStatus.Unknown)]
    [InlineData("""{"id":"dep_1","status":""}""", DeploymentStatus.Unknown)]
    public async Task The_deployment_status_takes_precedence_and_the_most_precise_one_wins(string row, DeploymentStatus expected) =>
        Assert.Equal(expected, (await ReadAsync(row)).Status);

    [Theory]
    [InlineData("""{"id":"dep_1"}""")]
    [InlineData("""{"id":"dep_1","buildSeconds":null,"artifactBytes":null,"createdAt":null}""")]
    [InlineData("""{"id":"dep_1","buildSeconds":"","artifactBytes":"","createdAt":""}""")]
    [InlineData("""{"id":"dep_1","buildSeconds":"soon","artifactBytes":"many","createdAt":"yesterday"}""")]
    [InlineData("""{"id":"dep_1","buildSeconds":-1,"artifactBytes":-1,"createdAt":0}""")]
    [InlineData("""{"id":"dep_1","buildSeconds":"NaN","artifactBytes":"Infinity","createdAt":{}}""")]
    [InlineData("""{"id":"dep_1","buildSeconds":{},"artifactBytes":[],"createdAt":false}""")]
    public async Task Missing_or_invalid_values_are_null_and_never_0(string row)
    {
        var deployment = await ReadAsync(row);

        Assert.Null(deployment.BuildSeconds);
        Assert.Null(deployment.ArtifactBytes);
        Assert.Null(deployment.CreatedAt);
        Assert.Null(deployment.Duration);
    }

    [Fact]
    public async Task A_real_0_stays_0()
    {
        var deployment = await ReadAsync("""{"id":"dep_1","buildSeconds":0,"artifactBytes":"0"}""");

        Assert.Equal((0d, 0L), (deployment.BuildSeconds!.Value, deployment.ArtifactBytes!.Value));
    }

    [Theory]
    [InlineData("\"2026-03-14T09:26:53Z\"", "2026-03-14T09:26:53.0000000Z")]
    [InlineData("\"2026-03-14T09:26:53.589Z\"", "2026-03-14T09:26:53.5890000Z")]
    [InlineData("\"2026-03-14T09:26:53.589793238Z\"", "2026-03-14T09:26:53.5897932Z")]
    [InlineData("\"2026-03-14T11:26:53+02:00\"", "2026-03-14T09:26:53.0000000Z")]
    [InlineData("\"2026-03-14T09:26:53\"", "2026-03-14T09:26:53.0000000Z")]
    [InlineData("\"2026-03-14 09:26:53\"", "2026-03-14T09:26:53.0000000Z")]
    [InlineData("\"2026-03-14\"", "2026-03-14T00:00:00.0000000Z")]
    [InlineData("\"Sat, 14 Mar 2026 09:26:53 GMT\"", "2026-03-14T09:26:53.0000000Z")]
    [InlineData("1773480413", "2026-03-14T09:26:53.0000000Z")]
    [InlineData("1773480413589", "2026-03-14T09:26:53.5890000Z")]
    [InlineData("\"1773480413\"", "2026-03-14T09:26:53.0000000Z")]
    [InlineData("\"1773480413589\"", "2026-03-14T09:26:53.5890000Z")]
    public async Task A_time_in_any_form_is_read_as_UTC(string time, string expected)
    {
        var deployment = await ReadAsync($$"""{"id":"dep_1","createdAt":{{time}}}""");

        Assert.Equal(expected, deployment.CreatedAt!.Value.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        Assert.Equal(TimeSpan.Zero, deployment.CreatedAt.Value.Offset);
    }

    [Theory]
    [InlineData("\"0001-01-01T00:00:00+14:00\"")]
    [InlineData("\"9999-12-31T23:59:59-14:00\"")]
    [InlineData("1e308")]
    [InlineData("99999999999999999999")]
    public async Task A_time_beyond_all_calendars_breaks_nothing(string time)
    {
        var deployment = await ReadAsync($$"""{"id":"dep_1","createdAt":{{time}}}""");

        Assert.Equal("dep_1", deployment.Id);
    }

    [Theory]
    [InlineData(
        """{"id":"dep_1","preview":{"enabled":true,"branch":"fix","sha":"abc1234","pullRequestNumber":12},"environment":"production"}""",
        "preview"
    )]
    [InlineData("""{"id":"dep_1","preview":{"branch":"fix"}}""", "preview")]
    [InlineData("""{"id":"dep_1","preview":{"enabled":false},"environment":"staging"}""", "staging")]
    [InlineData("""{"id":"dep_1","preview":{"enabled":"false"},"environment":"staging"}""", "staging")]
    [InlineData("""{"id":"dep_1","preview":null,"deployEnvironment":"Production"}""", "Production")]
    [InlineData("""{"id":"dep_1"}""", null)]
    public async Task A_preview_is_recognized_by_its_environment(string row, string? environment) =>
        Assert.Equal(environment, (await ReadAsync(row)).Environment);

    [Fact]
    public async Task Missing_values_are_filled_in_from_the_preview()
    {
        var deployment = await ReadAsync(
            """{"id":"dep_1","preview":{"enabled":true,"branch":"fix","sha":"abc1234","pullRequestNumber":"12"}}"""
        );

        Assert.Equal(("fix", "abc1234", 12L), (deployment.Branch, deployment.CommitSha, deployment.PullRequestNumber!.Value));
    }

    [Theory]
    [InlineData("""{"id":"dep_1","commit":"9868bbc"}""", "9868bbc")]
    [InlineData("""{"id":"dep_1","commit":{"sha":"9868bbc","message":"m"}}""", "9868bbc")]
    [InlineData("""{"id":"dep_1","commit_hash":"9868bbc"}""", "9868bbc")]
    [InlineData("""{"id":"dep_1","commitSha":1234567}""", "1234567")]
    [InlineData("""{"id":"dep_1","commitSha":null,"sha":"9868bbc"}""", "9868bbc")]
    [InlineData("""{"id":"dep_1","commitSha":"zip-0a1b2c"}""", "zip-0a1b2c")]
    [InlineData("""{"id":"dep_1"}""", null)]
    public async Task A_commit_is_found_in_every_format_and_a_zip_keeps_its_identifier(string row, string? sha) =>
        Assert.Equal(sha, (await ReadAsync(row)).CommitSha);

    [Theory]
    [InlineData("app.pxxl.app", "https://app.pxxl.app/")]
    [InlineData("https://app.pxxl.app/x", "https://app.pxxl.app/x")]
    [InlineData("http://app.pxxl.app", "http://app.pxxl.app/")]
    [InlineData("httpbin.pxxl.app", "https://httpbin.pxxl.app/")]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("not a host", null)]
    public async Task A_site_is_a_web_address_or_nothing(string domain, string? url) =>
        Assert.Equal(url, (await ReadAsync($$"""{"id":"dep_1","domain":"{{domain}}"}""")).Url?.AbsoluteUri);

    [Theory]
    [InlineData("""{"id":"dep_1","projectId":"p","projectName":"shop"}""")]
    [InlineData("""{"_id":"dep_1","project":{"_id":"p","name":"shop"}}""")]
    [InlineData("""{"deploymentId":"dep_1","project_id":"p","project_name":"shop"}""")]
    [InlineData("""{"uid":"dep_1","projectId":"p","project":"shop"}""")]
    public async Task A_project_is_found_under_any_of_its_names(string row)
    {
        var deployment = await ReadAsync(row);

        Assert.Equal(("dep_1", "p", "shop"), (deployment.Id, deployment.ProjectId, deployment.ProjectName));
        Assert.Equal("https://pxxl.app/dashboard/projects/p/deployments/dep_1", deployment.DashboardUrl!.AbsoluteUri);
    }

    [Theory]
    [InlineData("""{"id":"dep_1","createdAt":"2026-03-14T09:00:00Z","finishedAt":"2026-03-14T09:02:30Z","buildSeconds":60}""", 150d)]
    [InlineData("""{"id":"dep_1","createdAt":"2026-03-14T09:00:00Z","buildSeconds":"61.5"}""", 61.5)]
    [InlineData("""{"id":"dep_1","createdAt":"2026-03-14T09:00:00Z","finishedAt":"2026-03-14T08:00:00Z","durationMs":1500}""", 1.5)]
    [InlineData("""{"id":"dep_1","buildSeconds":1e300}""", null)]
    public async Task A_duration_is_only_returned_if_it_is_plausible(string row, double? seconds) =>
        Assert.Equal(seconds, (await ReadAsync(row)).Duration?.TotalSeconds);

    [Theory]
    [InlineData("""{"id":"dep_1","commitMessage":"Ship it \ud83d"}""")]
    [InlineData("""{"id":"dep_1","branch":"\udc00"}""")]
    [InlineData("""{"id":"dep_1","\ud83d":1}""")]
    [InlineData("""{"id":"dep_1","status":"\ud83d"}""")]
    [InlineData("""{"id":"dep_1","createdAt":"\ud83d","buildSeconds":"\ud83d","preview":{"enabled":"\ud83d"}}""")]
    public async Task A_text_that_was_cut_in_the_middle_of_a_character_does_not_cost_the_deployment(string row)
    {
        // JavaScript produces this when it truncates a message at a fixed length, within an emoji.
        Assert.Equal("dep_1", (await ReadAsync(row)).Id);
    }

    private static Task<Deployment> ReadAsync(string row) =>
        SandboxFixture.PxxlOver(StubHandler.Returning($$"""{"deployment":{{row}}}""")).GetDeploymentAsync("dep_1", SandboxFixture.Ct);
}
