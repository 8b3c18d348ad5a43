using PxxlPeriscope.Delivery;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Outbox;

/// <summary>
/// Verifies that the states of a deployment arrive in order and none is lost with several processes, rejections and outages.
/// </summary>
public sealed class OutboxOrderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Folder => Directory.CreateDirectory(_folder["outbox"]).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_deployment_that_another_process_finished_is_not_changed_back()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var (one, other) = (await OpenAsync(fixture), await OpenAsync(fixture));

        await SendAsync(fixture, one, SampleReports.Valid());
        var outcome = await SendAsync(fixture, other, SampleReports.InProgress());

        Assert.Equal(CallFailure.StatusOutOfOrder, outcome.Failure!.Cause);
        Assert.Equal(["success"], fixture.Sandbox.Reports["pxxl-dep_1"].Statuses);
    }

    [Fact]
    public async Task A_report_that_another_process_sent_is_not_sent_again()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var (one, other) = (await OpenAsync(fixture), await OpenAsync(fixture));

        await SendAsync(fixture, one, SampleReports.Valid());

        Assert.Equal(ReceiptAction.Unchanged, (await SendAsync(fixture, other, SampleReports.Valid())).Receipt!.Action);
        Assert.Single(fixture.Sandbox.Reports.Attempts);
    }

    [Fact]
    public async Task A_newer_state_replaces_the_queued_one_before_it_is_sent()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var outbox = await OpenAsync(fixture);
        await outbox.EnqueueAsync(SampleReports.InProgress(), Unreachable(), SandboxFixture.Ct);
        fixture.InjectFault(FaultKind.HeldUntilCleared);

        var sending = SendAsync(fixture, outbox, SampleReports.Valid());
        await fixture.WaitForRequestsAsync(1);

        // If the process is killed now, the next run must not send the older report.
        Assert.Equal(
            "success",
            Assert
                .Single(
                    await (await ReportOutbox.OpenReadOnlyAsync(Folder, SandboxFixture.Ct, fixture.Clock)).ListPendingAsync(
                        SandboxFixture.Ct
                    )
                )
                .Status
        );
        fixture.Sandbox.Faults.Clear();
        Assert.Null((await sending).Failure);
        Assert.Empty(await outbox.ListPendingAsync(SandboxFixture.Ct));
    }

    [Fact]
    public async Task A_queued_report_that_is_out_of_date_is_removed_without_being_sent()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var outbox = await OpenAsync(fixture);
        await SendAsync(fixture, outbox, SampleReports.Valid());
        await outbox.EnqueueAsync(SampleReports.InProgress(), Unreachable(), SandboxFixture.Ct);

        var outcome = await DeliverAsync(fixture, outbox);

        Assert.Null(outcome.Failure);
        Assert.Empty(await outbox.ListPendingAsync(SandboxFixture.Ct));
        Assert.Equal(["success"], fixture.Sandbox.Reports["pxxl-dep_1"].Statuses);
    }

    [Fact]
    public async Task A_final_status_that_was_rejected_does_not_block_others()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.Forbidden403, times: 1);
        Assert.Equal(CallFailure.Forbidden, (await SendAsync(fixture, await OpenAsync(fixture), SampleReports.Valid())).Failure!.Cause);

        var outcome = await SendAsync(fixture, await OpenAsync(fixture), SampleReports.InProgress());

        Assert.Equal(ReceiptAction.Created, outcome.Receipt!.Action);
    }

    [Fact]
    public async Task After_a_rejection_the_previous_report_is_still_known()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        await SendAsync(fixture, await OpenAsync(fixture), SampleReports.Valid());
        fixture.InjectFault(FaultKind.Forbidden403, times: 1);
        await SendAsync(fixture, await OpenAsync(fixture), SampleReports.Valid() with { Status = ReportStatus.Failure });

        Assert.Equal(
            CallFailure.StatusOutOfOrder,
            (await SendAsync(fixture, await OpenAsync(fixture), SampleReports.InProgress())).Failure!.Cause
        );
        Assert.Equal(ReceiptAction.Unchanged, (await SendAsync(fixture, await OpenAsync(fixture), SampleReports.Valid())).Receipt!.Action);
    }

    [Fact]
    public async Task A_report_that_was_not_confirmed_is_sent_again()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        fixture.InjectFault(FaultKind.ResetAfterStored, times: 1);
        await SendAsync(fixture, await OpenAsync(fixture), SampleReports.Valid());
        await ReportOutbox.RemoveAsync((await (await OpenAsync(fixture)).ListPendingAsync(SandboxFixture.Ct)).Single(), SandboxFixture.Ct);

        Assert.Null((await SendAsync(fixture, await OpenAsync(fixture), SampleReports.Valid())).Failure);

        Assert.Equal(2, fixture.Sandbox.Reports.Attempts.Count);
    }

    [Fact]
    public async Task A_different_state_of_a_deployment_starts_with_its_own_age_and_attempts()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var outbox = await OpenAsync(fixture);
        await outbox.EnqueueAsync(SampleReports.InProgress(), Unreachable(), SandboxFixture.Ct);
        fixture.Clock.Advance(TimeSpan.FromHours(3));

        await outbox.EnqueueAsync(SampleReports.Valid(), failure: null, SandboxFixture.Ct);

        var item = Assert.Single(await outbox.ListPendingAsync(SandboxFixture.Ct));
        Assert.Equal((fixture.Clock.GetUtcNow(), 0, null, null), (item.QueuedAt, item.Attempts, item.LastError, item.ErrorId));
    }

    [Fact]
    public async Task A_rejected_state_does_not_replace_a_newer_queued_one()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var outbox = await OpenAsync(fixture);
        await outbox.DeadLetterAsync(SampleReports.InProgress(), Unreachable(), SandboxFixture.Ct);
        await outbox.EnqueueAsync(SampleReports.Valid(), Unreachable(), SandboxFixture.Ct);

        Assert.Equal(
            "success",
            (await outbox.RequeueAsync((await outbox.ListDeadLettersAsync(SandboxFixture.Ct)).Single(), SandboxFixture.Ct))!.Status
        );

        Assert.Equal("success", Assert.Single(await outbox.ListPendingAsync(SandboxFixture.Ct)).Status);
        Assert.Equal("in_progress", Assert.Single(await outbox.ListDeadLettersAsync(SandboxFixture.Ct)).Status);
    }

    [Fact]
    public async Task A_rejected_state_does_not_remove_another_queued_one()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var outbox = await OpenAsync(fixture);
        await outbox.EnqueueAsync(SampleReports.Valid(), Unreachable(), SandboxFixture.Ct);

        await outbox.DeadLetterAsync(SampleReports.InProgress(), Unreachable(), SandboxFixture.Ct);

        Assert.Equal("success", Assert.Single(await outbox.ListPendingAsync(SandboxFixture.Ct)).Status);
        Assert.Equal("in_progress", Assert.Single(await outbox.ListDeadLettersAsync(SandboxFixture.Ct)).Status);
    }

    [Fact]
    public async Task The_end_of_an_outage_is_detected_within_a_minute()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        fixture.InjectFault(FaultKind.Unavailable503);
        using var sender = new ReportSender(
            ReportDelivery.Create(await OpenAsync(fixture), fixture.Periscope, time: fixture.Clock),
            1,
            SandboxFixture.Ct
        );
        var delivered = new List<bool>();
        for (var number = 0; number < 12; number++)
        {
            if (number == 6)
            {
                fixture.Sandbox.Faults.Clear();
            }

            if (number == 9)
            {
                fixture.Clock.Advance(TimeSpan.FromMinutes(1));
            }

            sender.Add(SampleReports.Valid($"pxxl-{number}"));
            delivered.Add((await sender.NextOutcomeAsync()).IsDelivered);
        }

        Assert.Equal([.. Enumerable.Repeat(false, 9), true, true, true], delivered);
        // Three consecutive failures open the circuit; the other reports were not tried.
        Assert.Equal(6, fixture.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task Failures_with_a_success_in_between_do_not_open_the_circuit()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        fixture.Sandbox.Faults.Add(new Fault { Kind = FaultKind.Unavailable503, Every = 2 });
        using var sender = new ReportSender(
            ReportDelivery.Create(await OpenAsync(fixture), fixture.Periscope, time: fixture.Clock),
            1,
            SandboxFixture.Ct
        );
        for (var number = 0; number < 10; number++)
        {
            sender.Add(SampleReports.Valid($"pxxl-{number}"));
            Assert.Equal(number % 2 == 1, (await sender.NextOutcomeAsync()).IsDelivered);
        }
    }

    private Task<ReportOutbox> OpenAsync(SandboxFixture fixture) => ReportOutbox.OpenAsync(Folder, SandboxFixture.Ct, fixture.Clock);

    private static ServiceException Unreachable() => new(ServiceName.Periscope, CallFailure.Unreachable, "No connection.") { Attempts = 5 };

    private static async Task<SendOutcome> SendAsync(SandboxFixture fixture, ReportOutbox outbox, DeploymentReport report)
    {
        using var sender = new ReportSender(ReportDelivery.Create(outbox, fixture.Periscope, time: fixture.Clock), 1, SandboxFixture.Ct);
        sender.Add(report);
        return await sender.NextOutcomeAsync();
    }

    private static async Task<SendOutcome> DeliverAsync(SandboxFixture fixture, ReportOutbox outbox)
    {
        using var sender = new ReportSender(ReportDelivery.Create(outbox, fixture.Periscope, time: fixture.Clock), 1, SandboxFixture.Ct);
        sender.Add(Assert.Single(await outbox.ListPendingAsync(SandboxFixture.Ct)));
        return await sender.NextOutcomeAsync();
    }
}
