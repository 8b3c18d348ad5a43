using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests;

/// <summary>A deployment's life in order, and nothing of it lost, where several processes, refusals and outages come in between.</summary>
public sealed class OutboxOrderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    private string Folder => Directory.CreateDirectory(_folder["outbox"]).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_another_process_has_finished_meanwhile_is_not_put_back()
    {
        await using var world = await World.StartAsync();
        var (one, other) = (await OpenAsync(world), await OpenAsync(world));

        await SendAsync(world, one, Reports.Valid());
        var outcome = await SendAsync(world, other, Reports.Unfinished());

        Assert.Equal(FailureCause.StatusOutOfOrder, outcome.Failure!.Cause);
        Assert.Equal(["success"], world.Sandbox.Reports["pxxl-dep_1"].Statuses);
    }

    [Fact]
    public async Task What_another_process_has_sent_meanwhile_is_not_sent_again()
    {
        await using var world = await World.StartAsync();
        var (one, other) = (await OpenAsync(world), await OpenAsync(world));

        await SendAsync(world, one, Reports.Valid());

        Assert.Equal(ReceiptAction.Unchanged, (await SendAsync(world, other, Reports.Valid())).Receipt!.Action);
        Assert.Single(world.Sandbox.Reports.Attempts);
    }

    [Fact]
    public async Task A_newer_state_has_taken_the_place_of_the_waiting_one_before_it_is_sent()
    {
        await using var world = await World.StartAsync();
        var outbox = await OpenAsync(world);
        await outbox.KeepAsync(Reports.Unfinished(), Unreachable(), World.Ct);
        world.Failing(FaultKind.HeldUntilCleared);

        var sending = SendAsync(world, outbox, Reports.Valid());
        await world.ArrivedAsync(1);

        // Killed now, the next run must not send the older one.
        Assert.Equal("success", Assert.Single(await (await Outbox.LookAsync(Folder, World.Ct, world.Clock)).WaitingAsync(World.Ct)).Status);
        world.Sandbox.Faults.Clear();
        Assert.Null((await sending).Failure);
        Assert.Empty(await outbox.WaitingAsync(World.Ct));
    }

    [Fact]
    public async Task What_waits_and_is_out_of_date_by_now_goes_without_being_sent()
    {
        await using var world = await World.StartAsync();
        var outbox = await OpenAsync(world);
        await SendAsync(world, outbox, Reports.Valid());
        await outbox.KeepAsync(Reports.Unfinished(), Unreachable(), World.Ct);

        var outcome = await DeliverAsync(world, outbox);

        Assert.Null(outcome.Failure);
        Assert.Empty(await outbox.WaitingAsync(World.Ct));
        Assert.Equal(["success"], world.Sandbox.Reports["pxxl-dep_1"].Statuses);
    }

    [Fact]
    public async Task An_end_that_was_refused_closes_nothing()
    {
        await using var world = await World.StartAsync();
        world.Failing(FaultKind.Forbidden403, times: 1);
        Assert.Equal(FailureCause.Forbidden, (await SendAsync(world, await OpenAsync(world), Reports.Valid())).Failure!.Cause);

        var outcome = await SendAsync(world, await OpenAsync(world), Reports.Unfinished());

        Assert.Equal(ReceiptAction.Created, outcome.Receipt!.Action);
    }

    [Fact]
    public async Task After_a_refusal_it_is_still_known_what_Periscope_was_told_before()
    {
        await using var world = await World.StartAsync();
        await SendAsync(world, await OpenAsync(world), Reports.Valid());
        world.Failing(FaultKind.Forbidden403, times: 1);
        await SendAsync(world, await OpenAsync(world), Reports.Valid() with { Status = ReportStatus.Failure });

        Assert.Equal(FailureCause.StatusOutOfOrder, (await SendAsync(world, await OpenAsync(world), Reports.Unfinished())).Failure!.Cause);
        Assert.Equal(ReceiptAction.Unchanged, (await SendAsync(world, await OpenAsync(world), Reports.Valid())).Receipt!.Action);
    }

    [Fact]
    public async Task What_may_have_arrived_and_was_not_confirmed_is_sent_again()
    {
        await using var world = await World.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        world.Failing(FaultKind.ResetAfterStored, times: 1);
        await SendAsync(world, await OpenAsync(world), Reports.Valid());
        await Outbox.RemoveAsync((await (await OpenAsync(world)).WaitingAsync(World.Ct)).Single(), World.Ct);

        Assert.Null((await SendAsync(world, await OpenAsync(world), Reports.Valid())).Failure);

        Assert.Equal(2, world.Sandbox.Reports.Attempts.Count);
    }

    [Fact]
    public async Task Another_state_of_a_deployment_has_waited_for_no_time_and_was_never_tried()
    {
        await using var world = await World.StartAsync();
        var outbox = await OpenAsync(world);
        await outbox.KeepAsync(Reports.Unfinished(), Unreachable(), World.Ct);
        world.Clock.Advance(TimeSpan.FromHours(3));

        await outbox.KeepAsync(Reports.Valid(), failure: null, World.Ct);

        var item = Assert.Single(await outbox.WaitingAsync(World.Ct));
        Assert.Equal((world.Clock.GetUtcNow(), 0, null, null), (item.QueuedAt, item.Attempts, item.LastError, item.ErrorId));
    }

    [Fact]
    public async Task A_refused_state_does_not_come_back_over_a_newer_one_that_waits()
    {
        await using var world = await World.StartAsync();
        var outbox = await OpenAsync(world);
        await outbox.BuryAsync(Reports.Unfinished(), Unreachable(), World.Ct);
        await outbox.KeepAsync(Reports.Valid(), Unreachable(), World.Ct);

        Assert.Equal("success", (await outbox.ReviveAsync((await outbox.DeadAsync(World.Ct)).Single(), World.Ct)).Status);

        Assert.Equal("success", Assert.Single(await outbox.WaitingAsync(World.Ct)).Status);
        Assert.Equal("in_progress", Assert.Single(await outbox.DeadAsync(World.Ct)).Status);
    }

    [Fact]
    public async Task A_refused_state_does_not_take_along_another_one_that_waits()
    {
        await using var world = await World.StartAsync();
        var outbox = await OpenAsync(world);
        await outbox.KeepAsync(Reports.Valid(), Unreachable(), World.Ct);

        await outbox.BuryAsync(Reports.Unfinished(), Unreachable(), World.Ct);

        Assert.Equal("success", Assert.Single(await outbox.WaitingAsync(World.Ct)).Status);
        Assert.Equal("in_progress", Assert.Single(await outbox.DeadAsync(World.Ct)).Status);
    }

    [Fact]
    public async Task When_Periscope_is_back_it_is_noticed_within_a_minute()
    {
        await using var world = await World.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        world.Failing(FaultKind.Unavailable503);
        using var sender = new ReportSender(ReportDelivery.Through(await OpenAsync(world), world.Periscope, time: world.Clock), 1, World.Ct);
        var delivered = new List<bool>();
        for (var number = 0; number < 12; number++)
        {
            if (number == 6)
            {
                world.Sandbox.Faults.Clear();
            }

            if (number == 9)
            {
                world.Clock.Advance(TimeSpan.FromMinutes(1));
            }

            sender.Add(Reports.Valid($"pxxl-{number}"));
            delivered.Add((await sender.TakeAsync()).IsDelivered);
        }

        Assert.Equal([.. Enumerable.Repeat(false, 9), true, true, true], delivered);
        // Three in a row were enough to know; the others were not tried.
        Assert.Equal(6, world.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task Two_failures_with_a_success_between_them_are_no_outage()
    {
        await using var world = await World.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        world.Sandbox.Faults.Add(new Fault { Kind = FaultKind.Unavailable503, Every = 2 });
        using var sender = new ReportSender(ReportDelivery.Through(await OpenAsync(world), world.Periscope, time: world.Clock), 1, World.Ct);
        for (var number = 0; number < 10; number++)
        {
            sender.Add(Reports.Valid($"pxxl-{number}"));
            Assert.Equal(number % 2 == 1, (await sender.TakeAsync()).IsDelivered);
        }
    }

    private Task<Outbox> OpenAsync(World world) => Outbox.OpenAsync(Folder, World.Ct, world.Clock);

    private static ServiceException Unreachable() => new(ServiceName.Periscope, FailureCause.Unreachable, "No connection.") { Attempts = 5 };

    private static async Task<SendOutcome> SendAsync(World world, Outbox outbox, DeploymentReport report)
    {
        using var sender = new ReportSender(ReportDelivery.Through(outbox, world.Periscope, time: world.Clock), 1, World.Ct);
        sender.Add(report);
        return await sender.TakeAsync();
    }

    private static async Task<SendOutcome> DeliverAsync(World world, Outbox outbox)
    {
        using var sender = new ReportSender(ReportDelivery.Through(outbox, world.Periscope, time: world.Clock), 1, World.Ct);
        sender.Add(Assert.Single(await outbox.WaitingAsync(World.Ct)));
        return await sender.TakeAsync();
    }
}
