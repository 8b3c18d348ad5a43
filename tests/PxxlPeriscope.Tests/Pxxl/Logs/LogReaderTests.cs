using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Pxxl.Logs;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Tests.Pxxl.Logs;

/// <summary>Every format in which Pxxl returns a log results in the same lines.</summary>
public sealed class LogReaderTests
{
    private static readonly LogQuery Build = new() { DeploymentId = "dep_1" };

    public static MatrixTheoryData<ListEnvelope, LogFormat, Spelling> Shapes { get; } =
        new(Enum.GetValues<ListEnvelope>(), Enum.GetValues<LogFormat>(), Enum.GetValues<Spelling>());

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Every_container_and_field_name_results_in_the_same_lines(ListEnvelope envelope, LogFormat form, Spelling spelling)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var deployment = fixture.Sandbox.Data.Deployments.First(row =>
            row.Status == "failed" && row.BuildStatus == "failed" && row.Branch is not null
        );
        var documented = await LinesAsync(fixture.Pxxl, new() { DeploymentId = deployment.Id });
        fixture.Sandbox.Shape = new()
        {
            ListEnvelope = envelope,
            Logs = form,
            Spelling = spelling,
        };

        var lines = await LinesAsync(fixture.Pxxl, new() { DeploymentId = deployment.Id });

        Assert.Equal(6, lines.Count);
        Assert.Equal(documented.Select(line => line.Text), lines.Select(line => line.Text));
        Assert.Equal("npm warn deprecated glob@7.2.3: no longer supported", lines[2].Text);
        if (form == LogFormat.Objects)
        {
            Assert.Equal(documented, lines);
            Assert.Equal("install", lines[2].Phase);
            Assert.All(
                lines,
                line =>
                    Assert.Equal((TimeSpan.Zero, LogSource.Build, deployment.Id), (line.Time!.Value.Offset, line.Source, line.DeploymentId))
            );
        }
        else
        {
            Assert.All(lines, line => Assert.Equal((null, null, null), (line.Time, line.Level, line.Phase)));
        }
    }

    [Theory]
    [InlineData("""{"logs":[{"content":"a","timestamp":1767225600,"type":"error"}]}""")]
    [InlineData("""{"buildLogs":[{"message":"a","time":"2026-01-01T00:00:00Z","level":"error"}]}""")]
    [InlineData("""{"data":[{"line":"a","createdAt":1767225600000,"type":"error"}]}""")]
    [InlineData("""[{"log":"a\n","timestamp":"2026-01-01T00:00:00","type":"error"}]""")]
    [InlineData(
        """{"data":{"logs":[{"content":"","message":"a","timestamp":"2026-01-01T01:00:00+01:00","level":"error","type":"stdout"}]}}"""
    )]
    public async Task Every_spelling_of_a_row_is_read(string body)
    {
        var line = Assert.Single(await ReadLogAsync(body));

        Assert.Equal(("a", "error", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), (line.Text, line.Level, line.Time));
    }

    [Theory]
    [InlineData("""{"logs":"a\nb\r\n\nc"}""", "a", "b", "", "c")]
    [InlineData("""{"logs":"a\nb\n"}""", "a", "b")]
    [InlineData("\"a\\nb\"", "a", "b")]
    [InlineData("""["a","","b\n","c\nd"]""", "a", "", "b", "c", "d")]
    [InlineData("""{"logs":[{"message":"a\nb"},{"message":""},null,7]}""", "a", "b", "", "7")]
    [InlineData("""{"logs":["  indented","\ttabbed"]}""", "  indented", "        tabbed")]
    [InlineData("""{"logs":""}""")]
    [InlineData("""{"logs":[]}""")]
    [InlineData("""{"success":true,"logs":null}""")]
    public async Task Every_line_break_separates_lines(string body, params string[] texts) =>
        Assert.Equal(texts, (await ReadLogAsync(body)).Select(line => line.Text));

    [Theory]
    [InlineData("""{"success":true}""")]
    [InlineData("""{"logs":7}""")]
    [InlineData("""{"logs":[{"id":1},{"id":2}]}""")]
    [InlineData("<html></html>")]
    public async Task An_unknown_format_is_an_error_and_not_an_empty_log(string body)
    {
        var failure = await Assert.ThrowsAsync<ServiceException>(() => ReadLogAsync(body));

        Assert.Equal(CallFailure.InvalidResponse, failure.Cause);
    }

    [Fact]
    public async Task Rows_without_a_text_are_left_out_with_a_warning()
    {
        var warnings = new List<string>();
        var client = SandboxFixture.PxxlOver(
            StubHandler.Returning("""{"logs":[{"message":"a"},{"id":1}]}"""),
            new CallLog { Warning = warnings.Add }
        );

        Assert.Equal(["a"], (await LinesAsync(client, Build)).Select(line => line.Text));
        Assert.Contains("1 rows", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_characters_are_removed_unless_the_raw_text_is_wanted()
    {
        const string Body = """{"logs":[{"message":"\u001b[31mred\u001b[0m\ttab","level":"error\u001b[0m","phase":"a\nb"}]}""";

        var clean = Assert.Single(await ReadLogAsync(Body));
        var raw = Assert.Single(await ReadLogAsync(Body, Build with { Raw = true }));

        Assert.Equal("red     tab", clean.Text);
        Assert.Equal("\u001b[31mred\u001b[0m\ttab", raw.Text);
        Assert.Equal(("a b", false), (clean.Phase, clean.Level!.Any(char.IsControl)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_key_is_in_no_line_though_a_program_has_printed_it(bool raw)
    {
        const string Body = """{"logs":["KEY=pxxl_test_NotARealKey-1b2c","K=pxxl_test_\u001b[0mNotARealKey-1b2c"]}""";

        var lines = await ReadLogAsync(Body, Build with { Raw = raw });

        Assert.Equal("KEY=***", lines[0].Text);
        Assert.DoesNotContain("pxxl_test_NotARealKey-1b2c", lines[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tail_returns_the_last_lines()
    {
        Assert.Equal(["c", "d"], (await ReadLogAsync("""["a","b","c","d"]""", Build with { Tail = 2 })).Select(line => line.Text));
        Assert.Equal(4, (await ReadLogAsync("""["a","b","c","d"]""", Build with { Tail = 9 })).Count);
        Assert.Empty(await ReadLogAsync("""["a","b","c","d"]""", Build with { Tail = 0 }));
    }

    [Theory]
    [InlineData(0.5, "1m")]
    [InlineData(15, "15m")]
    [InlineData(15.01, "16m")]
    [InlineData(120, "120m")]
    [InlineData(121, "3h")]
    [InlineData(48 * 60, "48h")]
    [InlineData((48 * 60) + 1, "3d")]
    [InlineData(-5, "1m")]
    public async Task Since_is_sent_in_the_form_that_is_known_rounded_up_and_applied_here_too(double minutesAgo, string sent)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var project = fixture.Sandbox.Data.Projects[0].Id;
        var since = fixture.Clock.GetUtcNow() - TimeSpan.FromMinutes(minutesAgo);

        var lines = await LinesAsync(fixture.Pxxl, new() { ProjectId = project, Since = since });

        Assert.Contains($"since={sent}&", fixture.Sandbox.Requests.Single().Query, StringComparison.Ordinal);
        Assert.All(lines, line => Assert.True(line.Time >= since));
    }

    [Fact]
    public async Task Since_keeps_lines_without_a_time()
    {
        const string Body = """
            {"logs":[{"message":"old","timestamp":"2020-01-01T00:00:00Z"},{"message":"timeless"},
            {"message":"new","timestamp":"2026-01-01T00:00:00Z"}]}
            """;

        var lines = await ReadLogAsync(Body, Build with { Since = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero) });

        Assert.Equal(["timeless", "new"], lines.Select(line => line.Text));
    }

    [Fact]
    public async Task Each_log_is_requested_from_its_route()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var deployment = fixture.Sandbox.Data.Deployments.First(row => row.Status == "deployed");
        var project = fixture.Sandbox.Data.Projects[0].Id;

        var runtime = await LinesAsync(
            fixture.Pxxl,
            new()
            {
                DeploymentId = deployment.Id,
                Source = LogSource.Runtime,
                Tail = 20,
            }
        );
        var ofProject = await LinesAsync(fixture.Pxxl, new() { ProjectId = project, Tail = 7 });

        Assert.Equal(20, runtime.Count);
        Assert.Contains(runtime, line => line.Level == "warning");
        Assert.All(runtime, line => Assert.Equal(LogSource.Runtime, line.Source));
        Assert.Equal(7, ofProject.Count);
        Assert.All(ofProject, line => Assert.Equal((project, null), (line.ProjectId, line.DeploymentId)));
        Assert.Equal(
            [$"/api/v3/cli/deployments/{deployment.Id}/logs", $"/api/v3/cli/projects/{project}/logs?lines=7"],
            fixture.Sandbox.Requests.Select(request => request.RawTarget)
        );
    }

    [Fact]
    public async Task A_deployment_that_does_not_exist_is_named()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() => LinesAsync(fixture.Pxxl, new() { DeploymentId = "dep_none" }));

        Assert.Equal(CallFailure.NotFound, failure.Cause);
        Assert.Contains("no deployment 'dep_none'", failure.Message, StringComparison.Ordinal);
    }

    private static Task<List<LogLine>> ReadLogAsync(string body, LogQuery? query = null) =>
        LinesAsync(SandboxFixture.PxxlOver(StubHandler.Returning(body)), query ?? Build);

    private static async Task<List<LogLine>> LinesAsync(PxxlClient client, LogQuery query) =>
        await client.ReadLogAsync(query, SandboxFixture.Ct).ToListAsync(SandboxFixture.Ct);
}
