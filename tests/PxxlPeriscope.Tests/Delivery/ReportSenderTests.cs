using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using PxxlPeriscope.Delivery;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Delivery;

/// <summary>
/// Sends many reports concurrently, in order per deployment, and verifies that a receipt means that the report was stored.
/// </summary>
public sealed class ReportSenderTests
{
    [Fact]
    public async Task Outcomes_are_returned_in_the_order_of_the_reports()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 50 });
        // Some reports take several attempts, so that later ones overtake them.
        fixture.Sandbox.Faults.Add(
            new Fault
            {
                Kind = FaultKind.BadGateway502,
                Probability = 0.3,
                Seed = 7,
            }
        );
        var reports = Enumerable.Range(0, 200).Select(Report).ToList();

        var outcomes = await SendAsync(fixture.Periscope, 8, reports);

        Assert.Equal(reports, outcomes.Select(outcome => outcome.Report));
        Assert.All(outcomes, outcome => Assert.Equal(outcome.Report.DeploymentId, outcome.Receipt?.DeploymentId));
        Assert.Contains(outcomes, outcome => outcome.Receipt!.Attempts > 1);
        Assert.Equal(200, fixture.Sandbox.Reports.Count);
    }

    [Fact]
    public async Task The_number_of_concurrent_reports_is_limited_and_the_first_is_sent_alone()
    {
        var gate = new RequestGate();
        using var sender = new ReportSender(SandboxFixture.PeriscopeOver(gate.Handler), 3, SandboxFixture.Ct);

        sender.Add(Report(0));
        Assert.True(sender.IsFull);
        await gate.WaitUntilHeldAsync(1);
        gate.Release("pxxl-dep_0000");
        Assert.NotNull((await sender.NextOutcomeAsync()).Receipt);

        for (var number = 1; number <= 12; number++)
        {
            Assert.False(sender.IsFull);
            sender.Add(Report(number));
        }

        Assert.True(sender.IsFull);
        for (var number = 1; number <= 12; number++)
        {
            await gate.WaitUntilHeldAsync(Math.Min(3, 13 - number));
            gate.ReleaseAny();
        }

        while (sender.HasPending)
        {
            Assert.NotNull((await sender.NextOutcomeAsync()).Receipt);
        }

        Assert.Equal(3, gate.MaxConcurrent);
    }

    [Fact]
    public async Task A_second_report_of_a_deployment_waits_for_the_first_while_others_are_sent()
    {
        var gate = new RequestGate();
        using var sender = new ReportSender(SandboxFixture.PeriscopeOver(gate.Handler), 4, SandboxFixture.Ct);
        await ProveKeyAsync(sender, gate);

        sender.Add(SampleReports.InProgress("same", ReportStatus.Pending));
        sender.Add(SampleReports.InProgress("same", ReportStatus.InProgress));
        sender.Add(SampleReports.Valid("same"));
        sender.Add(SampleReports.Valid("other"));

        await gate.WaitUntilHeldAsync(2);
        Assert.Equal(["other success", "same pending"], gate.Held);
        gate.Release("same");
        await Eventually.IsTrueAsync(() => gate.Held.Contains("same in_progress"));
        Assert.Equal(["other success", "same in_progress"], gate.Held);
        gate.Release("same");
        await Eventually.IsTrueAsync(() => gate.Held.Contains("same success"));
        gate.Release("same");
        gate.Release("other");

        for (var report = 0; report < 4; report++)
        {
            Assert.NotNull((await sender.NextOutcomeAsync()).Receipt);
        }
    }

    [Fact]
    public async Task The_states_of_each_deployment_arrive_in_order_despite_failures()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 50 });
        fixture.Sandbox.Faults.Add(
            new Fault
            {
                Kind = FaultKind.BadGateway502,
                Probability = 0.3,
                Seed = 11,
            }
        );
        string[] life = [ReportStatus.Pending, ReportStatus.InProgress, ReportStatus.Success];

        await SendAsync(
            fixture.Periscope,
            8,
            life.SelectMany(status => Enumerable.Range(0, 50).Select(number => Report(number) with { Status = status }))
        );

        Assert.Equal(50, fixture.Sandbox.Reports.Count);
        Assert.All(fixture.Sandbox.Reports.ByDeploymentId.Values, report => Assert.Equal(life, report.Statuses));
    }

    [Fact]
    public async Task All_reports_wait_if_one_receives_Retry_After()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 50 });
        fixture.Sandbox.Faults.Add(
            new Fault
            {
                Kind = FaultKind.TooManyRequestsSeconds,
                Skip = 5,
                Every = 10,
                RetryAfterSeconds = 3,
            }
        );

        var outcomes = await SendAsync(fixture.Periscope, 8, Enumerable.Range(0, 200).Select(Report));

        Assert.All(outcomes, outcome => Assert.NotNull(outcome.Receipt));
        Assert.Equal(0, fixture.Sandbox.RetriedTooEarly);
    }

    [Theory]
    [InlineData(ReportStatus.Pending)]
    [InlineData(ReportStatus.InProgress)]
    public async Task A_finished_deployment_is_not_changed_back(string status)
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var outcomes = await SendAsync(
            fixture.Periscope,
            4,
            [
                SampleReports.Valid(),
                SampleReports.InProgress(status: status),
                SampleReports.Valid() with
                {
                    Status = ReportStatus.RolledBack,
                },
            ]
        );

        Assert.Equal("PeriscopeStatusOutOfOrder", outcomes[1].Failure?.ErrorId);
        Assert.False(outcomes[1].Failure!.IsFatal);
        Assert.Contains("already reported as success", outcomes[1].Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(["success", "rolled_back"], fixture.Sandbox.Reports["pxxl-dep_1"].Statuses);
    }

    [Fact]
    public async Task A_finished_deployment_is_not_changed_back_long_after_its_outcome_was_read()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var reports = Enumerable.Range(0, 100).Select(Report).Append(Report(0) with { Status = ReportStatus.InProgress });

        var outcomes = await SendAsync(fixture.Periscope, 2, reports);

        Assert.Equal(CallFailure.StatusOutOfOrder, outcomes[100].Failure?.Cause);
        Assert.Equal(["success"], fixture.Sandbox.Reports["pxxl-dep_0000"].Statuses);
    }

    [Fact]
    public async Task A_final_status_that_was_not_accepted_does_not_block_others()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        fixture.InjectFault(FaultKind.BadGateway502, times: 1);

        var outcomes = await SendAsync(fixture.Periscope, 4, [SampleReports.Valid(), SampleReports.InProgress()]);

        Assert.Equal(CallFailure.ServerError, outcomes[0].Failure?.Cause);
        Assert.NotNull(outcomes[1].Receipt);
    }

    [Fact]
    public async Task A_wrong_key_causes_one_call_and_the_rest_is_not_sent()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var outcomes = await SendAsync(fixture.PeriscopeWith("psk_live_wrong"), 8, Enumerable.Range(0, 100).Select(Report));

        Assert.Equal("PeriscopeUnauthorized", Assert.Single(outcomes).Failure?.ErrorId);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task One_invalid_report_among_a_thousand_causes_one_failure_and_999_receipts()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var outcomes = await SendAsync(
            fixture.Periscope,
            8,
            Enumerable.Range(0, 1000).Select(number => number == 500 ? Report(number) with { CommitSha = "zip-1" } : Report(number))
        );

        var failed = Assert.Single(outcomes, outcome => outcome.Failure is not null);
        Assert.Equal(("pxxl-dep_0500", "PeriscopeInvalidReport"), (failed.Report.DeploymentId, failed.Failure!.ErrorId));
        Assert.Null(failed.Receipt);
        Assert.Equal(999, outcomes.Count(outcome => outcome.Receipt is not null));
        Assert.Equal(999, fixture.Sandbox.Reports.Count);
        Assert.Equal(999, fixture.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task A_report_that_was_stored_without_a_response_causes_a_failure()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        fixture.InjectFault(FaultKind.ResetAfterStored);

        var outcome = Assert.Single(await SendAsync(fixture.Periscope, 4, [SampleReports.Valid()]));

        Assert.Null(outcome.Receipt);
        Assert.NotNull(outcome.Failure);
        Assert.Equal(1, fixture.Sandbox.Reports.Count);
    }

    [Fact]
    public async Task After_cancellation_every_receipt_is_of_a_stored_report()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(SandboxFixture.Ct);
        using var sender = new ReportSender(fixture.Periscope, 8, stop.Token);
        var receipts = new List<Receipt>();
        var cancelled = 0;

        for (var number = 0; number < 300; number++)
        {
            while (sender.IsFull)
            {
                await TakeAsync();
            }

            sender.Add(Report(number));
            if (number == 100)
            {
                await stop.CancelAsync();
            }
        }

        while (sender.HasPending)
        {
            await TakeAsync();
        }

        Assert.InRange(receipts.Count, 1, 150);
        Assert.InRange(cancelled, 150, 299);
        Assert.Equal(300, receipts.Count + cancelled);
        Assert.All(receipts, receipt => Assert.True(fixture.Sandbox.Reports.TryGet(receipt.DeploymentId, out _), receipt.DeploymentId));

        async Task TakeAsync()
        {
            try
            {
                receipts.Add((await sender.NextOutcomeAsync()).Receipt!);
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }
        }
    }

    [Fact]
    public async Task Disposing_cancels_concurrent_reports()
    {
        var gate = new RequestGate();
        var sender = new ReportSender(SandboxFixture.PeriscopeOver(gate.Handler), 4, SandboxFixture.Ct);
        sender.Add(Report(0));
        await gate.WaitUntilHeldAsync(1);

        sender.Dispose();

        await Eventually.IsTrueAsync(() => gate.Held.Count == 0);
    }

    private static DeploymentReport Report(int number) =>
        SampleReports.Valid("pxxl-dep_" + number.ToString("D4", CultureInfo.InvariantCulture));

    /// <summary>
    /// Same as in the cmdlet: reads the outcomes that must be read before a report is added, and stops after a fatal failure.
    /// </summary>
    private static async Task<List<SendOutcome>> SendAsync(PeriscopeClient client, int throttleLimit, IEnumerable<DeploymentReport> reports)
    {
        using var sender = new ReportSender(client, throttleLimit, SandboxFixture.Ct);
        var outcomes = new List<SendOutcome>();
        foreach (var report in reports)
        {
            while (sender.IsFull)
            {
                outcomes.Add(await sender.NextOutcomeAsync());
                if (outcomes[^1].Failure is { IsFatal: true })
                {
                    return outcomes;
                }
            }

            sender.Add(report);
        }

        while (sender.HasPending)
        {
            outcomes.Add(await sender.NextOutcomeAsync());
        }

        return outcomes;
    }

    private static async Task ProveKeyAsync(ReportSender sender, RequestGate gate)
    {
        sender.Add(Report(9999));
        await gate.WaitUntilHeldAsync(1);
        gate.ReleaseAny();
        await sender.NextOutcomeAsync();
    }

    /// <summary>Holds every report until it is released, and counts the held ones.</summary>
    private sealed class RequestGate
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource> _held = new();
        private int _maxConcurrent;

        public RequestGate() => Handler = new StubHandler(AnswerAsync);

        public StubHandler Handler { get; }

        public IReadOnlyList<string> Held => [.. _held.Keys.Order(StringComparer.Ordinal)];

        public int MaxConcurrent => Volatile.Read(ref _maxConcurrent);

        public Task WaitUntilHeldAsync(int reports) => Eventually.IsTrueAsync(() => _held.Count == reports);

        public void Release(string id)
        {
            Assert.True(_held.TryRemove(Held.Single(report => report.StartsWith(id + " ", StringComparison.Ordinal)), out var go));
            go.SetResult();
        }

        public void ReleaseAny() => Release(Held[0].Split(' ')[0]);

        private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken stop)
        {
            var report = JsonNode.Parse(await request.Content!.ReadAsStringAsync(stop))!;
            var name = $"{report["deploymentId"]} {report["status"]}";
            var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _held[name] = go;
            InterlockedMax(_held.Count);
            try
            {
                await go.Task.WaitAsync(stop);
            }
            finally
            {
                _held.TryRemove(name, out _);
            }

            return StubHandler.CreateResponse("""{"action":"created","deploymentId":1,"linkedPRs":1}""");
        }

        private void InterlockedMax(int value)
        {
            for (var most = _maxConcurrent; value > most; most = _maxConcurrent)
            {
                Interlocked.CompareExchange(ref _maxConcurrent, value, most);
            }
        }
    }
}
