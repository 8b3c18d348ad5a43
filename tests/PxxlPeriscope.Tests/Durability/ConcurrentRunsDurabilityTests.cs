using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Sandbox;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>Runs processes that start at the same time with the same folders.</summary>
[Trait("Kind", "Durability")]
public sealed class ConcurrentRunsDurabilityTests
{
    // Longer than a process takes to start, so that a held request does not time out before the other process has started.
    private static readonly string[] Patient = ["--attempt-seconds", "60"];

    [Fact]
    public async Task Only_one_of_two_processes_with_the_same_state_runs_and_the_other_names_it()
    {
        var stop = DurabilityScale.FromEnvironment.HasReached();
        await using var sandbox = await StartSandboxAsync(stop);
        using var folders = new DurabilityFolders();
        sandbox.Faults.Add(new Fault { Kind = FaultKind.HeldUntilCleared });
        await using var one = SyncChildProcess.StartSync(sandbox, folders.State, folders.Outbox, Patient);
        await using var two = SyncChildProcess.StartSync(sandbox, folders.State, folders.Outbox, Patient);

        await Task.WhenAny(one.WaitForExitAsync(stop), two.WaitForExitAsync(stop));
        var (idle, busy) = one.HasExited ? (one, two) : (two, one);
        var requests = sandbox.RequestCount;
        sandbox.Faults.Clear();
        // A stall would last as long as the attempt timeout.
        FaultSchedule.Inject(sandbox, except: FaultSchedule.IsStall);
        await busy.WaitForExitAsync(stop);
        await SynchronizeUntilCompleteAsync(sandbox, folders.State, folders.Outbox, stop);

        Assert.True(await idle.WaitForExitAsync(stop) == 0, idle.Output);
        Assert.Contains("is already running", idle.Output, StringComparison.Ordinal);
        Assert.Contains($"process {busy.Id} of {Environment.UserName}", idle.Output, StringComparison.Ordinal);
        Assert.InRange(requests, 0, 1);
        ExpectedReports.AssertAllArrived(sandbox, $"{idle.Output}\n{busy.Output}");
        await folders.AssertEmptyAsync();
        Assert.Equal(0, sandbox.RetriedTooEarly);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_processes_with_the_same_outbox_send_each_report_once(bool isInTrouble)
    {
        var stop = DurabilityScale.FromEnvironment.HasReached();
        await using var sandbox = await StartSandboxAsync(stop);
        using var folders = new DurabilityFolders();
        var pages = (sandbox.Data.Deployments.Count + PxxlClient.MaxPageSize - 1) / PxxlClient.MaxPageSize;
        sandbox.Faults.Add(new Fault { Kind = FaultKind.HeldUntilCleared, Service = Service.Periscope });
        await using var one = SyncChildProcess.StartSync(sandbox, folders.State, folders.Outbox, Patient);
        await using var two = SyncChildProcess.StartSync(sandbox, folders.OtherState, folders.Outbox, Patient);

        // Both have read what is to be sent, and nothing has been sent.
        await one.WaitForAsync(() => sandbox.RequestCount >= (2 * pages) + 1, stop);
        sandbox.Faults.Clear();
        if (isInTrouble)
        {
            // A process does not know the Retry-After that another process received.
            FaultSchedule.Inject(sandbox, except: kind => FaultSchedule.IsStall(kind) || FaultSchedule.IsRetryAfter(kind));
        }

        await one.WaitForExitAsync(stop);
        await two.WaitForExitAsync(stop);
        var details = $"{one.Output}\n{two.Output}";
        if (isInTrouble)
        {
            await SynchronizeUntilCompleteAsync(sandbox, folders.State, folders.Outbox, stop);
            await SynchronizeUntilCompleteAsync(sandbox, folders.OtherState, folders.Outbox, stop);
        }
        else
        {
            ExpectedReports.FailIfAny(
                [
                    .. sandbox
                        .Reports.ByDeploymentId.Values.Where(report => report.TimesPosted != 1)
                        .Select(report => $"{report.DeploymentId} was posted {report.TimesPosted} times"),
                ],
                details
            );
            Assert.True(one.Summary("Reported") + two.Summary("Reported") == sandbox.Reports.Count, details);
        }

        ExpectedReports.AssertAllArrived(sandbox, details);
        await folders.AssertEmptyAsync();
    }

    [Fact]
    public async Task Two_processes_that_deliver_the_same_outbox_send_each_item_once()
    {
        var stop = DurabilityScale.FromEnvironment.HasReached();
        await using var sandbox = await StartSandboxAsync(stop);
        using var folders = new DurabilityFolders();
        sandbox.Faults.Add(new Fault { Kind = FaultKind.Unavailable503, Service = Service.Periscope });
        await using (var filling = SyncChildProcess.StartSync(sandbox, folders.State, folders.Outbox))
        {
            Assert.True(await filling.WaitForExitAsync(stop) == 1, filling.Output);
        }

        sandbox.Faults.Clear();
        sandbox.Faults.Add(new Fault { Kind = FaultKind.HeldUntilCleared });
        await using var one = SyncChildProcess.StartDelivery(sandbox, folders.Outbox!, Patient);
        await using var two = SyncChildProcess.StartDelivery(sandbox, folders.Outbox!, Patient);
        await one.WaitForAsync(() => HasFoundAll(one), stop);
        await two.WaitForAsync(() => HasFoundAll(two), stop);
        sandbox.Faults.Clear();

        var codes = (await one.WaitForExitAsync(stop), await two.WaitForExitAsync(stop));
        var details = $"{one.Output}\n{two.Output}";
        Assert.True(codes == (0, 0), details);
        Assert.Equal(ExpectedReports.StatusById(sandbox).Count, one.Summary("Delivered") + two.Summary("Delivered"));
        ExpectedReports.FailIfAny(
            [
                .. sandbox
                    .Reports.ByDeploymentId.Values.Where(report => report.TimesPosted != 1)
                    .Select(report => $"{report.DeploymentId} was posted {report.TimesPosted} times"),
            ],
            details
        );
        ExpectedReports.AssertAllArrived(sandbox, details);
        await folders.AssertEmptyAsync();

        bool HasFoundAll(SyncChildProcess process) =>
            process.Output.Contains($"found: {ExpectedReports.StatusById(sandbox).Count}\n", StringComparison.Ordinal);
    }

    /// <summary>Starts a sandbox whose deployments have all finished. Other tests cover deployments in progress.</summary>
    private static async Task<SandboxHost> StartSandboxAsync(CancellationToken stop)
    {
        var sandbox = await SandboxHost.StartAsync(
            new() { Deployments = DurabilityScale.FromEnvironment.Deployments, Time = new SkewedClock() },
            stop
        );
        sandbox.Clock.Advance(LiveDeployments.MaxDuration);
        RecentDeployments.Create(sandbox);
        return sandbox;
    }

    private static async Task SynchronizeUntilCompleteAsync(SandboxHost sandbox, string state, string? outbox, CancellationToken stop)
    {
        var outputs = new List<string>();
        for (var isOver = false; !isOver; )
        {
            Assert.True(
                outputs.Count < DurabilityScale.FromEnvironment.Runs,
                $"Not complete after {outputs.Count} runs. {outputs.LastOrDefault()}"
            );
            sandbox.Clock.Advance(LiveDeployments.MaxDuration);
            await using var process = SyncChildProcess.StartSync(sandbox, state, outbox);
            isOver = await process.WaitForExitAsync(stop) == 0 && process.Summary("Reported") == 0;
            outputs.Add(process.Output);
        }
    }
}
