using PxxlPeriscope.Delivery;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Delivery;

/// <summary>
/// Verifies how long reports are queued without being tried: until the next minute for temporary errors, and permanently for a wrong key.
/// </summary>
public sealed class CircuitBreakerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Folder => Directory.CreateDirectory(_folder["outbox"]).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_404_of_the_edge_queues_one_report_and_the_others_are_delivered()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.Sandbox.Faults.Add(
            new Fault
            {
                Kind = FaultKind.RouteNotRegistered404,
                Skip = 2,
                Times = 1,
            }
        );
        var delivered = new List<bool>();
        using var sender = await OpenSenderAsync(fixture, fixture.Periscope);
        for (var number = 0; number < 40; number++)
        {
            delivered.Add((await SendAsync(sender, number)).IsDelivered);
        }

        Assert.Equal([true, true, false, .. Enumerable.Repeat(true, 37)], delivered);
        Assert.Equal(39, fixture.Sandbox.Reports.Count);
        Assert.Single(Directory.GetFiles(Folder));
    }

    [Fact]
    public async Task After_three_404s_of_the_edge_no_report_is_sent_for_a_minute()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.RouteNotRegistered404);
        using var sender = await OpenSenderAsync(fixture, fixture.Periscope);
        for (var number = 0; number < 10; number++)
        {
            var outcome = await SendAsync(sender, number);
            Assert.Equal((ReceiptAction.Queued, CallFailure.WrongBaseUri), (outcome.Receipt!.Action, outcome.Failure!.Cause));
        }

        Assert.Equal(3, fixture.Sandbox.Requests.Count);
        fixture.Sandbox.Faults.Clear();
        fixture.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True((await SendAsync(sender, 10)).IsDelivered);
        Assert.True((await SendAsync(sender, 11)).IsDelivered);
    }

    [Theory]
    [InlineData(FaultKind.Forbidden403)]
    [InlineData(FaultKind.PlanLimit403)]
    public async Task A_rejected_probe_closes_the_circuit_for_the_other_reports(FaultKind refusal)
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        fixture.InjectFault(FaultKind.Unavailable503);
        using var sender = await OpenSenderAsync(fixture, fixture.Periscope);
        for (var number = 0; number < 4; number++)
        {
            Assert.False((await SendAsync(sender, number)).IsDelivered);
        }

        fixture.Sandbox.Faults.Clear();
        fixture.InjectFault(refusal, times: 1);
        fixture.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await SendAsync(sender, 4)).IsRejected);

        Assert.True((await SendAsync(sender, 5)).IsDelivered);
        Assert.True((await SendAsync(sender, 6)).IsDelivered);
    }

    [Fact]
    public async Task A_wrong_key_is_never_tried_again()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        using var sender = await OpenSenderAsync(fixture, fixture.PeriscopeWith("psk_live_wrong"));
        for (var number = 0; number < 5; number++)
        {
            Assert.Equal(CallFailure.Unauthorized, (await SendAsync(sender, number)).Failure!.Cause);
            fixture.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public void A_wrong_key_remains_known_regardless_of_concurrent_reports()
    {
        var clock = new AutoAdvancingClock();
        var breaker = new CircuitBreaker(clock);
        breaker.RecordFailure(Failure(CallFailure.Unauthorized));

        breaker.RecordFailure(Failure(CallFailure.Timeout));
        breaker.RecordSuccess();
        clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(CallFailure.Unauthorized, breaker.FindRejectionReason()?.Cause);
    }

    [Theory]
    [InlineData(CallFailure.WrongBaseUri)]
    [InlineData(CallFailure.RedirectRefused)]
    [InlineData(CallFailure.Unreachable)]
    [InlineData(CallFailure.NotFound)]
    public void A_temporary_error_is_probed_once_a_minute(CallFailure cause)
    {
        var clock = new AutoAdvancingClock();
        var breaker = new CircuitBreaker(clock);
        for (var failures = 0; failures < 3; failures++)
        {
            Assert.Null(breaker.FindRejectionReason());
            breaker.RecordFailure(Failure(cause));
        }

        Assert.Equal(cause, breaker.FindRejectionReason()?.Cause);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(breaker.FindRejectionReason());
        Assert.Equal(cause, breaker.FindRejectionReason()?.Cause);
        breaker.RecordFailure(Failure(cause));
        Assert.Equal(cause, breaker.FindRejectionReason()?.Cause);

        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(breaker.FindRejectionReason());
        breaker.RecordSuccess();
        Assert.False(breaker.IsOpen);
    }

    private static ServiceException Failure(CallFailure cause) => new(ServiceName.Periscope, cause, "No.") { Attempts = 1 };

    private static Task<SendOutcome> SendAsync(ReportSender sender, int number)
    {
        sender.Add(SampleReports.Valid($"pxxl-{number}"));
        return sender.NextOutcomeAsync();
    }

    private async Task<ReportSender> OpenSenderAsync(SandboxFixture fixture, PeriscopeClient client) =>
        new(
            ReportDelivery.Create(await ReportOutbox.OpenAsync(Folder, SandboxFixture.Ct, fixture.Clock), client, time: fixture.Clock),
            1,
            SandboxFixture.Ct
        );
}
