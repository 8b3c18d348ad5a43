using System.Globalization;
using System.Net;
using System.Text.Json;
using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Pxxl.Logs;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Tests.Pxxl.Logs;

/// <summary>Following a log returns each of its lines once.</summary>
public sealed class LogFollowerTests
{
    // Longer than the automatic step of the clock, so that a run ends only after this time has been waited for.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    private static readonly LogQuery Build = new()
    {
        DeploymentId = "dep_1",
        Follow = true,
        TimeLimit = Limit,
    };

    [Theory]
    [InlineData(LogFormat.Objects, 1)]
    [InlineData(LogFormat.Objects, 3)]
    [InlineData(LogFormat.Strings, 1)]
    [InlineData(LogFormat.Strings, 3)]
    [InlineData(LogFormat.Text, 1)]
    [InlineData(LogFormat.Text, 3)]
    public async Task A_build_is_followed_from_its_first_line_to_its_last_and_then_it_ends(LogFormat form, int repeats)
    {
        await using var fixture = await SandboxFixture.StartAsync(
            new()
            {
                Shape = new() { Logs = form, LogRepeats = repeats },
            }
        );
        var deployment = Started(fixture);

        var followed = await FollowAsync(fixture.Pxxl, new() { DeploymentId = deployment.Id, Follow = true });
        var whole = await fixture
            .Pxxl.ReadLogAsync(new() { DeploymentId = deployment.Id }, SandboxFixture.Ct)
            .ToListAsync(SandboxFixture.Ct);

        Assert.Equal(9 * repeats, whole.Count);
        Assert.Equal(whole, followed);
        Assert.Empty(fixture.Warnings);
        Assert.Equal(DeploymentStatus.Success, (await fixture.Pxxl.GetDeploymentAsync(deployment.Id, SandboxFixture.Ct)).Status);
        Assert.All(fixture.Clock.Waits, wait => Assert.True(wait >= TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData(LogFormat.Objects)]
    [InlineData(LogFormat.Strings)]
    public async Task A_build_is_followed_though_its_oldest_lines_fall_out_of_the_window(LogFormat form)
    {
        await using var fixture = await SandboxFixture.StartAsync(
            new()
            {
                Shape = new()
                {
                    Logs = form,
                    LogRepeats = 3,
                    LogWindowLines = 8,
                },
            }
        );
        var deployment = Started(fixture);

        var followed = await FollowAsync(fixture.Pxxl, new() { DeploymentId = deployment.Id, Follow = true });
        fixture.Sandbox.Shape = new() { Logs = form, LogRepeats = 3 };
        var whole = await fixture
            .Pxxl.ReadLogAsync(new() { DeploymentId = deployment.Id }, SandboxFixture.Ct)
            .ToListAsync(SandboxFixture.Ct);

        Assert.Equal(whole, followed);
        Assert.Empty(fixture.Warnings);
    }

    [Fact]
    public async Task A_finished_build_is_given_with_one_more_look()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var deployment = fixture.Sandbox.Data.Deployments.First(row => row.Status == "deployed" && row.Branch is not null);

        Assert.Equal(9, (await FollowAsync(fixture.Pxxl, new() { DeploymentId = deployment.Id, Follow = true })).Count);
        Assert.Equal([TimeSpan.FromSeconds(5)], fixture.Clock.Waits);
        Assert.Equal(3, fixture.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task A_runtime_log_is_followed_until_the_time_is_over()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var project = fixture.Sandbox.Data.Projects[0].Id;
        var begun = fixture.Clock.GetUtcNow();

        var lines = await FollowAsync(
            fixture.Pxxl,
            new()
            {
                ProjectId = project,
                Follow = true,
                Tail = 0,
                TimeLimit = Limit,
            }
        );

        // One every 20 seconds.
        Assert.InRange(lines.Count, 43, 46);
        Assert.Equal(lines.Select(line => line.Time).Distinct().Order(), lines.Select(line => line.Time));
        Assert.All(lines, line => Assert.True(line.Time > begun));
        Assert.All(
            fixture.Sandbox.Requests,
            request => Assert.EndsWith("/live-logs?tail=300", request.RawTarget, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Tail_applies_to_existing_lines_and_new_ones_are_all_returned()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var deployment = Started(fixture);
        fixture.Clock.Advance(TimeSpan.FromSeconds(60));

        var lines = await FollowAsync(
            fixture.Pxxl,
            new()
            {
                DeploymentId = deployment.Id,
                Follow = true,
                Tail = 1,
            }
        );

        Assert.Equal(
            ["> build", "Build completed in 90s", "Pushing the image", "GET /health 200"],
            lines.Take(4).Select(line => line.Text)
        );
        Assert.Equal(5, lines.Count);
    }

    [Fact]
    public async Task Since_holds_for_the_whole_of_a_log_that_is_followed()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var deployment = Started(fixture);
        var since = fixture.Clock.GetUtcNow() + TimeSpan.FromSeconds(80);

        var lines = await FollowAsync(
            fixture.Pxxl,
            new()
            {
                DeploymentId = deployment.Id,
                Follow = true,
                Since = since,
            }
        );

        Assert.Equal(["Build completed in 90s", "Pushing the image", "GET /health 200"], lines.Take(3).Select(line => line.Text));
        Assert.Equal(4, lines.Count);
    }

    [Fact]
    public async Task Random_logs_full_of_like_lines_come_out_whole_from_windows_that_rotate()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            var log = new List<(int Second, string Text)> { (0, "begin") };
            var handler = new StubHandler(
                (_, _) =>
                {
                    for (var added = random.Next(15); added > 0; added--)
                    {
                        log.Add((log[^1].Second + (random.Next(4) == 0 ? 1 : 0), random.Next(2) == 0 ? "tick" : "tock"));
                    }

                    // At least 60 lines overlap, among which the second changes.
                    return Task.FromResult(StubHandler.CreateResponse(Json(log.TakeLast(75 + random.Next(20)))));
                }
            );

            var lines = await FollowAsync(SandboxFixture.PxxlOver(handler), Build with { Source = LogSource.Runtime });

            Assert.True(log.Select(line => line.Text).SequenceEqual(lines.Select(line => line.Text)), $"seed {seed}");
            Assert.True(lines.Count > 500, $"seed {seed}");
        }
    }

    [Fact]
    public async Task A_log_that_grew_too_fast_continues_with_one_warning()
    {
        var warnings = new List<string>();
        var handler = StubHandler.ReturningInOrder(Lines("a", "b"), Lines("x", "y"), Lines("y", "z"), Lines("1", "2"));

        var lines = await FollowAsync(
            SandboxFixture.PxxlOver(handler, new CallLog { Warning = warnings.Add }),
            Build with
            {
                Source = LogSource.Runtime,
            }
        );

        Assert.Equal(["a", "b", "x", "y", "z", "1", "2"], lines.Select(line => line.Text));
        Assert.Contains("may be missing", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_line_that_still_grows_is_given_when_it_is_whole()
    {
        var handler = StubHandler.ReturningInOrder(
            Text("one\nadded 8"),
            Text("one\nadded 842 packages"),
            Text("one\nadded 842 packages\nnext"),
            Text("one\nadded 842 packages\nnext"),
            Text("one\nadded 842 packages\nnext\nlast")
        );

        var lines = await FollowAsync(SandboxFixture.PxxlOver(handler), Build with { Source = LogSource.Runtime });

        Assert.Equal(["one", "added 842 packages", "next", "last"], lines.Select(line => line.Text));
    }

    [Fact]
    public async Task An_outage_is_one_warning_and_loses_no_line()
    {
        var warnings = new List<string>();
        var down = () => StubHandler.CreateResponse("<html></html>", HttpStatusCode.ServiceUnavailable, "text/html");
        var odd = () => StubHandler.CreateResponse("<html>maintenance</html>", HttpStatusCode.OK, "text/html");
        var handler = StubHandler.ReturningInOrder(
            Lines("a"),
            down,
            down,
            odd,
            down,
            Lines("a", "b"),
            Lines("a", "b", "c"),
            down,
            Lines("a", "b", "c", "d")
        );
        var client = SandboxFixture.PxxlOver(
            handler,
            new CallLog { Warning = warnings.Add },
            settings => settings with { MaximumRetryCount = 0 }
        );

        var lines = await FollowAsync(client, Build with { Source = LogSource.Runtime });

        Assert.Equal(["a", "b", "c", "d"], lines.Select(line => line.Text));
        Assert.Equal(2, warnings.Count);
        Assert.All(warnings, warning => Assert.Contains("cannot be read at the moment", warning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_service_may_ask_to_wait_longer_between_two_reads()
    {
        var clock = new AutoAdvancingClock();
        var limited = () =>
        {
            var answer = StubHandler.CreateResponse("""{"message":"slow down"}""", HttpStatusCode.TooManyRequests);
            answer.Headers.RetryAfter = new(TimeSpan.FromSeconds(300));
            return answer;
        };
        var client = SandboxFixture.PxxlOver(StubHandler.ReturningInOrder(Lines("a"), limited, Lines("a", "b")), clock: clock);

        Assert.Equal(["a", "b"], (await FollowAsync(client, Build with { Source = LogSource.Runtime })).Select(line => line.Text));
        Assert.Equal([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(5)], clock.Waits.Take(3));
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, CallFailure.Unauthorized)]
    [InlineData(HttpStatusCode.NotFound, CallFailure.NotFound)]
    [InlineData(HttpStatusCode.Forbidden, CallFailure.Forbidden)]
    public async Task A_permanent_failure_ends_it_with_an_error(HttpStatusCode status, CallFailure cause)
    {
        var handler = StubHandler.ReturningInOrder(Lines("a"), () => StubHandler.CreateResponse("""{"message":"no"}""", status));
        var given = new List<string>();

        var failure = await Assert.ThrowsAsync<ServiceException>(async () =>
        {
            await foreach (
                var line in SandboxFixture.PxxlOver(handler).ReadLogAsync(Build with { Source = LogSource.Runtime }, SandboxFixture.Ct)
            )
            {
                given.Add(line.Text);
            }
        });

        Assert.Equal(cause, failure.Cause);
        Assert.Equal(["a"], given);
    }

    [Fact]
    public async Task A_failed_first_read_is_an_immediate_error()
    {
        var handler = StubHandler.Returning("<html></html>", HttpStatusCode.ServiceUnavailable, "text/html");
        var client = SandboxFixture.PxxlOver(handler, adjust: settings => settings with { MaximumRetryCount = 0 });

        Assert.Equal(CallFailure.ServerError, (await Assert.ThrowsAsync<ServiceException>(() => FollowAsync(client, Build))).Cause);
    }

    [Fact]
    public async Task Lines_that_come_after_the_deployment_has_ended_are_given_too()
    {
        var logs = 0;
        string[][] windows =
        [
            ["a"],
            ["a", "b"],
            ["a", "b", "c"],
            ["a", "b", "c"],
        ];
        var handler = new StubHandler(
            (request, _) =>
                Task.FromResult(
                    request.RequestUri!.AbsolutePath.EndsWith("/build-logs", StringComparison.Ordinal)
                        ? Lines(windows[Math.Min(logs++, windows.Length - 1)])()
                        : StubHandler.CreateResponse("""{"deployment":{"id":"dep_1","status":"deployed"}}""")
                )
        );

        Assert.Equal(
            ["a", "b", "c"],
            (await FollowAsync(SandboxFixture.PxxlOver(handler), Build with { TimeLimit = null })).Select(line => line.Text)
        );
        // The deployment is queried once: a terminal status cannot change.
        Assert.Equal(5, handler.Requests);
    }

    [Fact]
    public async Task A_status_that_may_be_that_of_the_build_does_not_end_it()
    {
        var asked = 0;
        var logs = 0;
        var handler = new StubHandler(
            (request, _) =>
                Task.FromResult(
                    request.RequestUri!.AbsolutePath.EndsWith("/build-logs", StringComparison.Ordinal)
                        ? StubHandler.CreateResponse(
                            $$"""{"status":"completed","logs":{{JsonSerializer.Serialize(Enumerable.Range(1, Math.Min(++logs, 6)))}}}"""
                        )
                        : StubHandler.CreateResponse(
                            $$$"""{"deployment":{"id":"dep_1","status":"{{{(++asked < 4 ? "promoting" : "failed")}}}"}}"""
                        )
                )
        );

        Assert.Equal(
            ["1", "2", "3", "4", "5", "6"],
            (await FollowAsync(SandboxFixture.PxxlOver(handler), Build with { TimeLimit = null })).Select(line => line.Text)
        );
        Assert.Equal(4, asked);
    }

    [Fact]
    public async Task Stopping_ends_the_wait_immediately()
    {
        using var stop = new CancellationTokenSource();
        var clock = new AutoAdvancingClock { IsHeld = true };
        var client = SandboxFixture.PxxlOver(StubHandler.ReturningInOrder(Lines("a")), clock: clock);
        await using var lines = client
            .ReadLogAsync(Build with { Source = LogSource.Runtime }, stop.Token)
            .GetAsyncEnumerator(SandboxFixture.Ct);
        Assert.True(await lines.MoveNextAsync());
        var next = lines.MoveNextAsync().AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private static async Task<List<LogLine>> FollowAsync(PxxlClient client, LogQuery query) =>
        await client.ReadLogAsync(query, SandboxFixture.Ct).ToListAsync(SandboxFixture.Ct);

    private static SandboxDeployment Started(SandboxFixture fixture)
    {
        var deployment = new SandboxDeployment
        {
            Id = "dep_followed",
            Status = "deployed",
            Branch = "main",
            CommitSha = "0123456789abcdef0123456789abcdef01234567",
            Domain = "followed.pxxl.app",
            CreatedAt = fixture.Clock.GetUtcNow(),
            Timeline = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(30)),
        };
        fixture.Sandbox.Data.Add(deployment);
        return deployment;
    }

    private static Func<HttpResponseMessage> Lines(params string[] texts) =>
        () => StubHandler.CreateResponse(JsonSerializer.Serialize(texts));

    private static Func<HttpResponseMessage> Text(string text) =>
        () => StubHandler.CreateResponse(JsonSerializer.Serialize(new { logs = text }));

    private static string Json(IEnumerable<(int Second, string Text)> lines) =>
        JsonSerializer.Serialize(
            new
            {
                logs = lines.Select(line => new
                {
                    content = line.Text,
                    timestamp = (1767225600 + line.Second).ToString(CultureInfo.InvariantCulture),
                }),
            }
        );
}
