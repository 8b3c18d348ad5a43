using System.Text.Json.Nodes;
using PxxlPeriscope.Delivery;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Outbox;

/// <summary>Queues reports that cannot be delivered, and delivers them later.</summary>
public sealed class ReportOutboxTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AutoAdvancingClock _clock = new();
    private readonly List<string> _warnings = [];

    private string Folder => Directory.CreateDirectory(_folder["outbox"]).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_report_that_cannot_be_delivered_is_one_readable_file()
    {
        await using var fixture = await StartWithOutageAsync();

        var outcome = await SendAsync(fixture, SampleReports.Valid("pxxl-dep_1") with { TriggeredBy = "zoë <z@example.test>" });

        Assert.Equal(ReceiptAction.Queued, outcome.Receipt!.Action);
        Assert.Equal(CallFailure.ServerError, outcome.Failure!.Cause);
        var path = Assert.Single(Directory.GetFiles(Folder));
        Assert.StartsWith("pxxl-dep_1-", Path.GetFileName(path), StringComparison.Ordinal);
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        Assert.Equal(
            ("pxxl-dep_1", "success", "9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a"),
            ((string?)json["report"]!["deploymentId"], (string?)json["report"]!["status"], (string?)json["report"]!["commitSha"])
        );
        Assert.Equal(("PeriscopeServerError", 5), ((string?)json["errorId"], (int?)json["attempts"]));
        Assert.Contains('\n', File.ReadAllText(path));
        Assert.DoesNotContain(fixture.Sandbox.PeriscopeKey, File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queued_report_is_read_back_unchanged()
    {
        await using var fixture = await StartWithOutageAsync();
        var report = SampleReports.Valid("ci/run 7:prod") with
        {
            PreviousCommitSha = "abcdef0",
            Branch = "größer/配置",
            PipelineUrl = "https://ci.example/7",
            CompletedAtSource = CompletionSource.BuildTime,
        };

        await SendAsync(fixture, report);

        var item = Assert.Single(await WaitingAsync(fixture));
        Assert.Equal(report, item.Report);
        Assert.False(item.IsDead);
        Assert.Equal("PeriscopeServerError", item.ErrorId);
    }

    [Fact]
    public async Task The_age_starts_when_a_report_is_queued_and_the_attempts_add_up()
    {
        await using var fixture = await StartWithOutageAsync();
        await SendAsync(fixture, SampleReports.Valid());
        var queued = fixture.Clock.GetUtcNow();
        fixture.Clock.Advance(TimeSpan.FromHours(3));

        await DeliverAsync(fixture);

        var item = Assert.Single(await WaitingAsync(fixture));
        Assert.Equal(queued, item.QueuedAt);
        Assert.True(item.Age >= TimeSpan.FromHours(3));
        Assert.Equal(10, item.Attempts);
    }

    [Theory]
    [InlineData(FaultKind.Forbidden403, "PeriscopeForbidden")]
    [InlineData(FaultKind.PlanLimit403, "PeriscopePlanLimit")]
    public async Task A_rejected_report_is_a_dead_letter_next_to_the_outbox(FaultKind refusal, string errorId)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(refusal);

        var outcome = await SendAsync(fixture, SampleReports.Valid());

        Assert.Null(outcome.Receipt);
        Assert.Empty(Directory.GetFiles(Folder));
        var dead = Assert.Single(await DeadAsync(fixture));
        Assert.Equal((true, errorId, Folder + "-dead-letter"), (dead.IsDead, dead.ErrorId, Path.GetDirectoryName(dead.Path)));
    }

    [Fact]
    public async Task A_queued_report_that_is_rejected_is_no_longer_queued()
    {
        await using var fixture = await StartWithOutageAsync();
        await SendAsync(fixture, SampleReports.Valid());
        fixture.Sandbox.Faults.Clear();
        fixture.InjectFault(FaultKind.Forbidden403);

        await DeliverAsync(fixture);

        Assert.Empty(await WaitingAsync(fixture));
        Assert.Single(await DeadAsync(fixture));
    }

    [Fact]
    public async Task Two_rejected_states_of_one_deployment_are_two_dead_letters()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.Forbidden403, times: 2);

        await SendAsync(fixture, SampleReports.InProgress(), SampleReports.Valid());

        Assert.Equal(["in_progress", "success"], (await DeadAsync(fixture)).Select(item => item.Status).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_newer_state_replaces_one_that_was_never_sent()
    {
        await using var fixture = await StartWithOutageAsync();
        await SendAsync(fixture, SampleReports.InProgress());
        await SendAsync(fixture, SampleReports.Valid());
        fixture.Sandbox.Faults.Clear();

        await DeliverAsync(fixture);

        Assert.Equal(["success"], fixture.Sandbox.Reports["pxxl-dep_1"].Statuses);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task A_non_terminal_state_does_not_replace_a_final_one()
    {
        await using var fixture = await StartWithOutageAsync();
        await SendAsync(fixture, SampleReports.Valid());

        var outcome = await SendAsync(fixture, SampleReports.InProgress());

        Assert.Equal(CallFailure.StatusOutOfOrder, outcome.Failure!.Cause);
        Assert.Equal("success", Assert.Single(await WaitingAsync(fixture)).Status);
    }

    [Fact]
    public async Task A_delivered_report_removes_the_queued_one()
    {
        await using var fixture = await StartWithOutageAsync();
        await SendAsync(fixture, SampleReports.InProgress());
        fixture.Sandbox.Faults.Clear();

        await SendAsync(fixture, SampleReports.Valid());
        await DeliverAsync(fixture);

        Assert.Equal(["success"], fixture.Sandbox.Reports["pxxl-dep_1"].Statuses);
    }

    [Fact]
    public async Task A_final_state_that_may_have_arrived_is_never_changed_back_in_a_later_run()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        fixture.InjectFault(FaultKind.ResetAfterStored);
        await SendAsync(fixture, SampleReports.Valid());
        await ReportOutbox.RemoveAsync((await WaitingAsync(fixture)).Single(), SandboxFixture.Ct);

        var outcome = await SendAsync(fixture, SampleReports.InProgress());

        Assert.Equal(CallFailure.StatusOutOfOrder, outcome.Failure!.Cause);
        Assert.Equal(["success"], fixture.Sandbox.Reports["pxxl-dep_1"].Statuses);
    }

    [Fact]
    public async Task The_oldest_report_is_delivered_first()
    {
        await using var fixture = await StartWithOutageAsync();
        string[] ids = ["pxxl-c", "pxxl-a", "pxxl-b"];
        foreach (var id in ids)
        {
            await SendAsync(fixture, SampleReports.Valid(id));
        }

        fixture.Sandbox.Faults.Clear();
        await DeliverAsync(fixture, throttleLimit: 1);

        Assert.Equal(ids, fixture.Sandbox.Reports.Attempts.TakeLast(3).Select(attempt => attempt.DeploymentId));
    }

    [Fact]
    public async Task A_confirmed_report_is_not_sent_again_unless_requested()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        await SendAsync(fixture, SampleReports.Valid());

        Assert.Equal(ReceiptAction.Unchanged, (await SendAsync(fixture, SampleReports.Valid())).Receipt!.Action);
        Assert.Single(fixture.Sandbox.Reports.Attempts);

        Assert.Equal(ReceiptAction.Updated, (await SendAsync(fixture, SampleReports.Valid() with { Branch = "other" })).Receipt!.Action);
        Assert.Equal(
            ReceiptAction.Updated,
            (await SendAsync(fixture, again: true, [SampleReports.Valid() with { Branch = "other" }])).Receipt!.Action
        );
    }

    [Fact]
    public async Task An_observed_completion_time_is_not_replaced_by_a_later_one()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var first = SampleReports.Valid() with { CompletedAtSource = CompletionSource.Observed };
        await SendAsync(fixture, first);

        var outcome = await SendAsync(fixture, first with { CompletedAt = first.CompletedAt + TimeSpan.FromDays(1) });

        Assert.Equal(ReceiptAction.Unchanged, outcome.Receipt!.Action);
    }

    [Fact]
    public async Task While_Periscope_is_down_only_the_first_few_reports_go_through_all_retries()
    {
        await using var fixture = await StartWithOutageAsync();

        var outcomes = await SendAllAsync(fixture, [.. Enumerable.Range(0, 200).Select(number => SampleReports.Valid($"pxxl-{number}"))]);

        Assert.All(outcomes, outcome => Assert.Equal(ReceiptAction.Queued, outcome.Receipt!.Action));
        Assert.Equal(200, Directory.GetFiles(Folder).Length);
        Assert.InRange(fixture.Sandbox.Requests.Count, 15, 60);

        fixture.Sandbox.Faults.Clear();
        await DeliverAsync(fixture);

        Assert.Equal(200, fixture.Sandbox.Reports.Count);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task With_a_wrong_key_one_call_is_made_and_nothing_is_lost()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var outcomes = await SendAllAsync(
            fixture,
            [.. Enumerable.Range(0, 20).Select(number => SampleReports.Valid($"pxxl-{number}"))],
            fixture.PeriscopeWith("psk_live_wrong")
        );

        Assert.All(
            outcomes,
            outcome => Assert.Equal((ReceiptAction.Queued, CallFailure.Unauthorized), (outcome.Receipt!.Action, outcome.Failure!.Cause))
        );
        Assert.Single(fixture.Sandbox.Requests);
        Assert.Equal(20, Directory.GetFiles(Folder).Length);
    }

    [Fact]
    public async Task Two_concurrent_deliveries_of_one_outbox_send_each_report_once()
    {
        await using var fixture = await StartWithOutageAsync();
        await SendAllAsync(fixture, [.. Enumerable.Range(0, 60).Select(number => SampleReports.Valid($"pxxl-{number}"))]);
        fixture.Sandbox.Faults.Clear();
        var before = fixture.Sandbox.Reports.Attempts.Count;

        await Task.WhenAll(DeliverAsync(fixture), DeliverAsync(fixture), DeliverAsync(fixture));

        Assert.Equal(60, fixture.Sandbox.Reports.Count);
        Assert.Equal(before + 60, fixture.Sandbox.Reports.Attempts.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":1,\"queuedAt\":\"2026-01-01T00:00:00Z\",\"report\":{}}")]
    [InlineData("{\"version\":1,\"queuedAt\":\"soon\",\"report\":{\"deploymentId\":\"x\"}}")]
    public async Task A_damaged_item_is_renamed_and_the_others_are_delivered(string content)
    {
        await using var fixture = await StartWithOutageAsync();
        await SendAllAsync(fixture, [SampleReports.Valid("pxxl-1"), SampleReports.Valid("pxxl-2")]);
        var damaged = Directory.GetFiles(Folder).Order(StringComparer.Ordinal).First();
        File.WriteAllText(damaged, content);
        fixture.Sandbox.Faults.Clear();

        await DeliverAsync(fixture);

        Assert.Equal(["pxxl-2"], fixture.Sandbox.Reports.ByDeploymentId.Keys);
        Assert.Equal(content, File.ReadAllText(damaged + ".damaged"));
        Assert.Contains("damaged", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_of_a_newer_version_is_not_changed()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var path = Path.Combine(Folder, "newer.json");
        File.WriteAllText(path, "{\"version\":2,\"whatever\":1}");

        Assert.Empty(await (await OpenAsync()).ListPendingAsync(SandboxFixture.Ct));

        Assert.Contains("newer version", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task A_rejected_report_can_be_sent_again_after_the_cause_is_fixed()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.Forbidden403, times: 1);
        await SendAsync(fixture, SampleReports.Valid());
        var outbox = await OpenAsync();

        await outbox.RequeueAsync((await outbox.ListDeadLettersAsync(SandboxFixture.Ct)).Single(), SandboxFixture.Ct);
        await DeliverAsync(fixture);

        Assert.Equal(1, fixture.Sandbox.Reports.Count);
        Assert.Empty(await outbox.ListDeadLettersAsync(SandboxFixture.Ct));
    }

    [Fact]
    public async Task Ids_that_differ_only_in_case_or_in_invalid_file_name_characters_have_different_files()
    {
        var outbox = await OpenAsync();
        string[] ids = ["a/b", "a\\b", "a:b", "A/B", "../../etc/passwd", "CON", "", new string('x', 5000), "🚀", "a b\n"];
        foreach (var id in ids)
        {
            await outbox.EnqueueAsync(SampleReports.Valid(id), Unreachable(), SandboxFixture.Ct);
        }

        Assert.Equal(ids.Length - 1, (await outbox.ListPendingAsync(SandboxFixture.Ct)).Count);
        Assert.All(Directory.GetFiles(Folder), path => Assert.Matches("^[A-Za-z0-9_-]+\\.json", Path.GetFileName(path)));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_causes_an_error_before_anything_is_sent()
    {
        File.WriteAllText(_folder["file"], "not a folder");

        Assert.Equal(
            StateFailure.StateUnusable,
            (await Assert.ThrowsAsync<ServiceException>(() => ReportOutbox.OpenAsync(_folder["missing"], SandboxFixture.Ct))).Cause
        );
        Assert.Equal(
            StateFailure.StateUnusable,
            (await Assert.ThrowsAsync<ServiceException>(() => ReportOutbox.OpenAsync(_folder["file"], SandboxFixture.Ct))).Cause
        );
        Assert.Equal(
            StateFailure.StateUnusable,
            (await Assert.ThrowsAsync<ServiceException>(() => ReportOutbox.OpenReadOnlyAsync(_folder["missing"], SandboxFixture.Ct))).Cause
        );
        File.WriteAllText(_folder["blocked-dead-letter"], "in the way");
        Directory.CreateDirectory(_folder["blocked"]);
        Assert.Equal(
            StateFailure.StateUnusable,
            (await Assert.ThrowsAsync<ServiceException>(() => ReportOutbox.OpenAsync(_folder["blocked"], SandboxFixture.Ct))).Cause
        );
    }

    [Fact]
    public async Task A_folder_that_is_deleted_stops_the_delivery()
    {
        await using var fixture = await StartWithOutageAsync();
        using var sender = new ReportSender(ReportDelivery.Create(await OpenAsync(), fixture.Periscope), 1, SandboxFixture.Ct);
        Directory.Delete(Folder, recursive: true);

        sender.Add(SampleReports.Valid());
        var outcome = await sender.NextOutcomeAsync();

        Assert.Null(outcome.Receipt);
        Assert.True(outcome.Failure is { Cause: StateFailure.StateUnusable, IsFatal: true });
    }

    private static async Task<SandboxFixture> StartWithOutageAsync()
    {
        var fixture = await SandboxFixture.StartAsync();
        return fixture.InjectFault(FaultKind.Unavailable503);
    }

    private static ServiceException Unreachable() => new(ServiceName.Periscope, CallFailure.Unreachable, "No connection.");

    private Task<ReportOutbox> OpenAsync(TimeProvider? clock = null) =>
        ReportOutbox.OpenAsync(Folder, SandboxFixture.Ct, clock ?? _clock, _warnings.Add);

    private async Task<IReadOnlyList<OutboxItem>> WaitingAsync(SandboxFixture fixture) =>
        await (await ReportOutbox.OpenReadOnlyAsync(Folder, SandboxFixture.Ct, fixture.Clock)).ListPendingAsync(SandboxFixture.Ct);

    private async Task<IReadOnlyList<OutboxItem>> DeadAsync(SandboxFixture fixture) =>
        await (await ReportOutbox.OpenReadOnlyAsync(Folder, SandboxFixture.Ct, fixture.Clock)).ListDeadLettersAsync(SandboxFixture.Ct);

    private Task<SendOutcome> SendAsync(SandboxFixture fixture, params DeploymentReport[] reports) =>
        SendAsync(fixture, again: false, reports);

    private async Task<SendOutcome> SendAsync(SandboxFixture fixture, bool again, DeploymentReport[] reports)
    {
        // A new sender each time, as in a new process: all state must be on disk.
        using var sender = new ReportSender(
            ReportDelivery.Create(await OpenAsync(fixture.Clock), fixture.Periscope, again, time: fixture.Clock),
            1,
            SandboxFixture.Ct
        );
        SendOutcome? last = null;
        foreach (var report in reports)
        {
            sender.Add(report);
            last = await sender.NextOutcomeAsync();
        }

        return last!;
    }

    private async Task<List<SendOutcome>> SendAllAsync(SandboxFixture fixture, DeploymentReport[] reports, PeriscopeClient? client = null)
    {
        using var sender = new ReportSender(
            ReportDelivery.Create(await OpenAsync(fixture.Clock), client ?? fixture.Periscope, time: fixture.Clock),
            4,
            SandboxFixture.Ct
        );
        return await ReportSenderExtensions.SendAllAsync(sender, reports.Select(report => (Action)(() => sender.Add(report))));
    }

    private async Task DeliverAsync(SandboxFixture fixture, int throttleLimit = 4)
    {
        var outbox = await OpenAsync(fixture.Clock);
        using var sender = new ReportSender(
            ReportDelivery.Create(outbox, fixture.Periscope, time: fixture.Clock),
            throttleLimit,
            SandboxFixture.Ct
        );
        await ReportSenderExtensions.SendAllAsync(
            sender,
            (await outbox.ListPendingAsync(SandboxFixture.Ct)).Select(item => (Action)(() => sender.Add(item)))
        );
    }
}
