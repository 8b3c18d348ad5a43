using PxxlPeriscope.Delivery;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Sandbox;
using PxxlPeriscope.Sandbox.Faults;
using PxxlPeriscope.Storage;
using PxxlPeriscope.Sync;
using static PxxlPeriscope.Tests.Sync.SyncDeployments;

namespace PxxlPeriscope.Tests.Sync;

/// <summary>Runs the scheduled job: every change at Pxxl since the last run arrives at Periscope, whatever happens in between.</summary>
public sealed class SyncJobTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string State => Directory.CreateDirectory(_folder["state"]).FullName;

    private string Outbox => Directory.CreateDirectory(_folder["outbox"]).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_first_run_reports_thirty_days_and_returns_a_summary()
    {
        await using var fixture = await StartSandboxAsync(
            Deployed("old", daysAgo: 31),
            Deployed("a", daysAgo: 29),
            Deployed("b", daysAgo: 1),
            Deployed("zip", daysAgo: 2) with
            {
                CommitSha = null,
            },
            Failed("c", daysAgo: 3)
        );

        var summary = await SyncAsync(fixture);

        Assert.Equal(["pxxl-a", "pxxl-b", "pxxl-c"], Ids(fixture));
        Assert.Equal((4, 3, 1, 0, 0), (summary.Read, summary.Reported, summary.Skipped, summary.Queued, summary.Refused));
        Assert.Equal([("no commit (zip deployment)", 1)], summary.SkippedBecause.Select(reason => (reason.Key, reason.Value)));
        Assert.True(summary.IsComplete);
    }

    [Fact]
    public async Task Since_reads_further_back_and_never_skips_deployments()
    {
        await using var fixture = await StartSandboxAsync(Deployed("old", daysAgo: 80), Deployed("new", daysAgo: 5));
        await SyncAsync(fixture, since: fixture.Clock.GetUtcNow().AddDays(-1));
        Assert.Empty(Ids(fixture));

        await SyncAsync(fixture, since: fixture.Clock.GetUtcNow().AddDays(-90));
        Assert.Equal(["pxxl-new", "pxxl-old"], Ids(fixture));

        fixture.Sandbox.Data.Add(Deployed("between", daysAgo: 0));
        fixture.Clock.Advance(TimeSpan.FromDays(4));
        await SyncAsync(fixture, since: fixture.Clock.GetUtcNow().AddHours(-1));
        Assert.Equal(["pxxl-between", "pxxl-new", "pxxl-old"], Ids(fixture));
    }

    [Fact]
    public async Task A_run_with_no_changes_makes_two_requests_regardless_of_the_history()
    {
        await using var fixture = await SandboxFixture.StartAsync(new SandboxOptions { Deployments = 3000 });
        fixture.Clock.Advance(TimeSpan.FromHours(2));
        await SyncAsync(fixture);
        var before = fixture.Sandbox.Requests.Count;

        var summary = await SyncAsync(fixture);

        Assert.InRange(fixture.Sandbox.Requests.Count - before, 1, 2);
        Assert.Equal((0, 0, 0), (summary.Reported, summary.Queued, summary.Refused));
    }

    [Fact]
    public async Task A_running_deployment_is_read_until_it_is_finished_regardless_of_newer_ones()
    {
        await using var fixture = await StartSandboxAsync(
            Deployed("slow", daysAgo: 0) with
            {
                Timeline = new(TimeSpan.FromHours(1), TimeSpan.FromHours(5), TimeSpan.FromHours(6)),
            }
        );
        await SyncAsync(fixture);
        Assert.Equal(["pending"], fixture.Sandbox.Reports["pxxl-slow"].Statuses);
        for (var number = 0; number < 250; number++)
        {
            fixture.Sandbox.Data.Add(Deployed($"n{number}", fixture.Clock.GetUtcNow().AddHours(3).AddSeconds(number)));
        }

        fixture.Clock.Advance(TimeSpan.FromHours(4));
        await SyncAsync(fixture);
        Assert.Equal(["pending", "in_progress"], fixture.Sandbox.Reports["pxxl-slow"].Statuses);
        await SyncAsync(fixture);
        fixture.Clock.Advance(TimeSpan.FromHours(10));
        await SyncAsync(fixture);
        await SyncAsync(fixture);

        Assert.Equal(["pending", "in_progress", "success"], fixture.Sandbox.Reports["pxxl-slow"].Statuses);
        Assert.Equal(251, fixture.Sandbox.Reports.Count);
    }

    [Fact]
    public async Task A_deployment_that_never_finishes_is_not_requested_in_every_run()
    {
        await using var fixture = await StartSandboxAsync([
            .. Enumerable.Range(0, 150).Select(number => Deployed($"n{number}", daysAgo: 1 + number)),
            Deployed("stuck", daysAgo: 29) with
            {
                Status = "levitating",
            },
        ]);
        await SyncAsync(fixture);
        var before = fixture.Sandbox.Requests.Count;

        await SyncAsync(fixture);
        Assert.InRange(fixture.Sandbox.Requests.Count - before, 1, 2);

        fixture.Clock.Advance(TimeSpan.FromHours(1));
        fixture.Sandbox.Data.Update(Deployed("stuck", daysAgo: 29));
        await SyncAsync(fixture);
        Assert.Equal("success", fixture.Sandbox.Reports["pxxl-stuck"].Statuses[^1]);
    }

    [Fact]
    public async Task A_rollback_of_an_old_deployment_is_reported_when_it_is_listed()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 3), Deployed("b", daysAgo: 2));
        await SyncAsync(fixture);
        fixture.Sandbox.Data.Update(Deployed("a", daysAgo: 3) with { Status = "rolled_back" });

        await SyncAsync(fixture);

        Assert.Equal(["success", "rolled_back"], fixture.Sandbox.Reports["pxxl-a"].Statuses);
        Assert.Equal(["success"], fixture.Sandbox.Reports["pxxl-b"].Statuses);
    }

    [Fact]
    public async Task Each_success_has_the_previously_deployed_commit()
    {
        await using var fixture = await StartSandboxAsync(
            Deployed("a", daysAgo: 9),
            Failed("f", daysAgo: 8),
            Deployed("b", daysAgo: 7),
            Deployed("s", daysAgo: 6) with
            {
                Environment = "staging",
            },
            Deployed("c", daysAgo: 5)
        );
        await SyncAsync(fixture);
        fixture.Clock.Advance(TimeSpan.FromDays(2));
        fixture.Sandbox.Data.Add(Deployed("d", fixture.Clock.GetUtcNow().AddHours(-1)));
        await SyncAsync(fixture);

        Assert.Equal(
            ["a:", $"b:{Sha("a")}", $"c:{Sha("b")}", $"d:{Sha("c")}", "f:", "s:"],
            Ids(fixture).Select(id => $"{id["pxxl-".Length..]}:{fixture.Sandbox.Reports[id].Payload["previousCommitSha"]}")
        );
    }

    [Fact]
    public async Task A_project_is_one_service_even_if_a_row_has_no_project_name()
    {
        await using var fixture = await StartSandboxAsync(
            Deployed("a", daysAgo: 3),
            Deployed("b", daysAgo: 2) with
            {
                ProjectName = null,
            },
            Deployed("other", daysAgo: 1) with
            {
                ProjectId = "proj_2",
                ProjectName = null,
            }
        );
        fixture.Sandbox.Data.AddProject(fixture.Sandbox.Data.Projects[0] with { Id = "proj_2", Name = "billing-worker" });
        await SyncAsync(fixture);
        fixture.Sandbox.Data.Replace([Deployed("c", daysAgo: 0) with { ProjectName = null }]);
        await SyncAsync(fixture);

        Assert.Equal(
            ["a checkout-api ", $"b checkout-api {Sha("a")}", $"c checkout-api {Sha("b")}", "other billing-worker "],
            Ids(fixture)
                .Select(id => (Id: id["pxxl-".Length..], fixture.Sandbox.Reports[id].Payload))
                .Select(report => $"{report.Id} {report.Payload["service"]} {report.Payload["previousCommitSha"]}")
        );
        Assert.Single(fixture.Sandbox.Requests, request => request.Path.EndsWith("/cli/projects", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_an_outbox_the_next_run_retries_undelivered_reports()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2), Deployed("b", daysAgo: 1));
        fixture.InjectFault(FaultKind.Unavailable503, service: Service.Periscope);

        var job = Run(fixture);
        await OutcomesAsync(job, fixture);

        Assert.Equal((0, 2), (job.Summary!.Reported, job.Summary.Queued));
        Assert.Equal(StateFailure.NotDelivered, job.Failure!.Cause);
        Assert.Contains("Not all reports reached Periscope: 2 reports wait in the state", job.Failure.Message, StringComparison.Ordinal);

        fixture.Sandbox.Faults.Clear();
        fixture.Sandbox.Data.Replace([]);
        var summary = await SyncAsync(fixture);

        Assert.Equal(["pxxl-a", "pxxl-b"], Ids(fixture));
        Assert.Equal((2, 0), (summary.Reported, summary.Queued));
        Assert.Equal(0, (await SyncAsync(fixture)).Reported);
    }

    [Fact]
    public async Task With_an_outbox_undelivered_reports_are_queued_there_and_the_next_run_delivers_them()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2), Deployed("b", daysAgo: 1));
        fixture.InjectFault(FaultKind.Unavailable503, service: Service.Periscope);
        Assert.Equal(2, (await SyncAsync(fixture, outbox: Outbox)).Queued);
        Assert.Equal(2, Directory.GetFiles(Outbox).Length);

        fixture.Sandbox.Faults.Clear();
        var summary = await SyncAsync(fixture, outbox: Outbox);

        Assert.Equal(["pxxl-a", "pxxl-b"], Ids(fixture));
        Assert.Equal((2, 0), (summary.Reported, summary.Queued));
        Assert.Empty(Directory.GetFiles(Outbox));
    }

    [Fact]
    public async Task A_rejected_report_is_a_dead_letter_and_not_sent_in_every_run()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 0));
        fixture.InjectFault(FaultKind.Forbidden403, times: 1, service: Service.Periscope);
        Assert.Equal(1, (await SyncAsync(fixture, outbox: Outbox)).Refused);

        var summary = await SyncAsync(fixture, outbox: Outbox);

        Assert.Equal((0, 0), (summary.Refused, summary.Reported));
        Assert.Equal("refused by Periscope before", Assert.Single(summary.SkippedBecause).Key);
        Assert.Single(Directory.GetFiles(Outbox + "-dead-letter"));
    }

    [Fact]
    public async Task A_404_of_the_edge_for_one_report_is_not_the_error_of_a_run_that_delivered_others()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 3), Deployed("b", daysAgo: 2), Deployed("c", daysAgo: 1));
        fixture.InjectFault(FaultKind.RouteNotRegistered404, times: 1, skip: 1, service: Service.Periscope);
        var job = Run(fixture);

        await OutcomesAsync(job, fixture);

        Assert.Equal((2, 1), (job.Summary!.Reported, job.Summary.Queued));
        Assert.Equal(StateFailure.NotDelivered, job.Failure!.Cause);
    }

    [Fact]
    public async Task With_a_wrong_key_no_report_is_lost()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2), Deployed("b", daysAgo: 1));
        var job = Run(fixture);

        await OutcomesAsync(job, fixture, fixture.PeriscopeWith("psk_live_wrong"));

        Assert.Equal(CallFailure.Unauthorized, job.Failure!.Cause);
        Assert.Equal(2, job.Summary!.Queued);
        Assert.Equal(2, (await SyncAsync(fixture)).Reported);
    }

    [Fact]
    public async Task If_Pxxl_cannot_be_read_nothing_is_sent_and_the_state_is_kept()
    {
        await using var fixture = await StartSandboxAsync([
            .. Enumerable.Range(0, 150).Select(number => Deployed($"n{number}", daysAgo: 1 + (number / 100.0))),
        ]);
        fixture.InjectFault(FaultKind.Unavailable503, skip: 1, service: Service.Pxxl);

        await Assert.ThrowsAsync<ServiceException>(() => OutcomesAsync(Run(fixture), fixture));
        Assert.Empty(Ids(fixture));

        fixture.Sandbox.Faults.Clear();
        Assert.Equal(150, (await SyncAsync(fixture)).Reported);
    }

    [Fact]
    public async Task A_running_deployment_that_cannot_be_read_does_not_block_the_others()
    {
        await using var fixture = await StartSandboxAsync(
            Deployed("slow", daysAgo: 0) with
            {
                Timeline = new(TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.FromHours(1)),
            }
        );
        await SyncAsync(fixture);
        fixture.Clock.Advance(TimeSpan.FromHours(6));
        fixture.Sandbox.Data.Replace([]);
        fixture.Sandbox.Data.Add(Deployed("new", fixture.Clock.GetUtcNow()));

        await SyncAsync(fixture);
        Assert.Contains(fixture.Warnings, warning => warning.Contains("slow", StringComparison.Ordinal));
        fixture.Sandbox.Data.Add(Deployed("slow", daysAgo: 0));
        fixture.Clock.Advance(TimeSpan.FromHours(2));
        await SyncAsync(fixture);

        Assert.Equal("success", fixture.Sandbox.Reports["pxxl-slow"].Statuses[^1]);
        Assert.Contains("pxxl-new", Ids(fixture));
    }

    [Fact]
    public async Task After_a_killed_run_confirmed_reports_are_not_sent_again()
    {
        await using var fixture = await StartSandboxAsync([
            .. Enumerable.Range(0, 20).Select(number => Deployed($"n{number:D2}", daysAgo: 25 - number)),
        ]);
        await foreach (var outcome in Run(fixture).RunAsync(fixture.Periscope, SandboxFixture.Ct))
        {
            if (fixture.Sandbox.Reports.Count >= 10)
            {
                break;
            }
        }

        Assert.False(File.Exists(Path.Combine(State, "state.json")));
        var summary = await SyncAsync(fixture);

        Assert.Equal(20, fixture.Sandbox.Reports.Count);
        Assert.InRange(summary.SkippedBecause["unchanged since the last report"], 1, 19);
        // At most the reports that were being sent when the run ended are repeated.
        Assert.InRange(fixture.Sandbox.Reports.Attempts.Count, 20, 24);
    }

    [Fact]
    public async Task A_damaged_state_is_renamed_and_all_reports_arrive()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2), Deployed("b", daysAgo: 1));
        await SyncAsync(fixture);
        File.WriteAllText(Path.Combine(State, "state.json"), "{\"version\":1,\"readUntil\":[");
        fixture.Sandbox.Data.Add(Deployed("c", fixture.Clock.GetUtcNow()));

        var summary = await SyncAsync(fixture);

        Assert.Contains(fixture.Warnings, warning => warning.Contains("damaged", StringComparison.Ordinal));
        Assert.Equal("{\"version\":1,\"readUntil\":[", File.ReadAllText(Path.Combine(State, "state.json.damaged")));
        Assert.Equal((1, 2), (summary.Reported, summary.Skipped));
        Assert.Equal(Sha("b"), (string?)fixture.Sandbox.Reports["pxxl-c"].Payload["previousCommitSha"]);
    }

    [Theory]
    [InlineData("state.json", "{\"version\":2}")]
    [InlineData("sent.jsonl", "{\"version\":2,\"mark\":\"x\"}\n")]
    public async Task A_state_of_a_newer_version_is_rejected_and_not_changed(string name, string content)
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2));
        File.WriteAllText(Path.Combine(State, name), content);

        var refused = await Assert.ThrowsAsync<ServiceException>(() => OutcomesAsync(Run(fixture), fixture));

        Assert.Equal("PeriscopeStateTooNew", refused.ErrorId);
        Assert.Equal(content, File.ReadAllText(Path.Combine(State, name)));
        Assert.Empty(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_causes_an_error_before_anything_is_read_or_sent()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2));
        File.WriteAllText(_folder["file"], "not a folder");

        foreach (
            var (state, outbox) in new (string, string?)[]
            {
                (_folder["missing"], null),
                (_folder["file"], null),
                (State, _folder["missing"]),
            }
        )
        {
            var job = new SyncJob(fixture.Pxxl, fixture.Log)
            {
                StatePath = state,
                OutboxPath = outbox,
                Conversion = new() { TimeProvider = fixture.Clock },
            };
            Assert.Equal("PeriscopeStateUnusable", (await Assert.ThrowsAsync<ServiceException>(() => OutcomesAsync(job, fixture))).ErrorId);
        }

        Assert.Empty(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task The_second_of_two_runs_exits_and_names_the_first()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2));
        await using var held = (await RunLock.TryAcquireAsync(State, fixture.Clock, SandboxFixture.Ct)).Lock;
        var job = Run(fixture);

        Assert.Empty(await OutcomesAsync(job, fixture));

        Assert.Null(job.Summary);
        Assert.Null(job.Failure);
        Assert.Contains($"process {Environment.ProcessId} of", Assert.Single(fixture.Warnings), StringComparison.Ordinal);
        Assert.Empty(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task A_plan_shows_what_would_be_sent_without_calling_Periscope_or_changing_the_state()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2), Deployed("b", daysAgo: 1));

        var plan = await Run(fixture).PlanAsync(SandboxFixture.Ct);

        Assert.Equal(["pxxl-a", "pxxl-b"], plan.Reports.Select(report => report.DeploymentId));
        Assert.Empty(Directory.GetFileSystemEntries(State));
        Assert.DoesNotContain(fixture.Sandbox.Requests, request => request.Service == Service.Periscope);
    }

    [Fact]
    public async Task A_run_for_some_projects_reads_only_them_and_a_run_for_all_reads_the_others()
    {
        await using var fixture = await SandboxFixture.StartAsync(new SandboxOptions { Deployments = 60 });
        var project = fixture.Sandbox.Data.Projects[0].Id;

        await SyncAsync(fixture, projects: [project]);
        Assert.All(
            fixture.Sandbox.Requests.Where(request => request.Service == Service.Pxxl),
            request => Assert.Contains(project, request.Path, StringComparison.Ordinal)
        );
        await SyncAsync(fixture);

        var reportable = (await fixture.DeploymentsAsync(new() { Since = fixture.Clock.GetUtcNow() - TimeSpan.FromDays(30) })).Where(
            deployment => ReportValidation.IsCommitSha(deployment.CommitSha)
        );
        Assert.Equal(reportable.Select(deployment => "pxxl-" + deployment.Id).Order(StringComparer.Ordinal), Ids(fixture));
    }

    [Fact]
    public async Task A_creation_time_in_the_future_does_not_hide_deployments()
    {
        await using var fixture = await StartSandboxAsync(Deployed("future", daysAgo: -400));
        await SyncAsync(fixture);
        fixture.Sandbox.Data.Add(Deployed("later", fixture.Clock.GetUtcNow()));
        fixture.Clock.Advance(TimeSpan.FromHours(5));

        await SyncAsync(fixture);

        Assert.Contains("pxxl-later", Ids(fixture));
    }

    private SyncJob Run(SandboxFixture fixture, DateTimeOffset? since = null, string? outbox = null, string[]? projects = null) =>
        new(fixture.Pxxl, fixture.Log)
        {
            StatePath = State,
            OutboxPath = outbox,
            Since = since,
            ProjectIds = projects,
            Conversion = new() { TimeProvider = fixture.Clock },
        };

    private async Task<SyncSummary> SyncAsync(
        SandboxFixture fixture,
        DateTimeOffset? since = null,
        string? outbox = null,
        string[]? projects = null
    )
    {
        var job = Run(fixture, since, outbox, projects);
        await OutcomesAsync(job, fixture);
        return job.Summary!;
    }

    private static async Task<List<SendOutcome>> OutcomesAsync(SyncJob job, SandboxFixture fixture, PeriscopeClient? periscope = null)
    {
        var outcomes = new List<SendOutcome>();
        await foreach (var outcome in job.RunAsync(periscope ?? fixture.Periscope, SandboxFixture.Ct))
        {
            outcomes.Add(outcome);
        }

        return outcomes;
    }
}
