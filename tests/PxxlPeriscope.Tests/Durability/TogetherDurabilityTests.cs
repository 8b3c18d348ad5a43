using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests;

/// <summary>Processes that start at the same time with the same folders.</summary>
[Trait("Kind", "Durability")]
public sealed class TogetherDurabilityTests
{
    // Longer than a process takes to start: what is held must not run out of time before the other has come to it.
    private static readonly string[] Patient = ["--attempt-seconds", "60"];

    [Fact]
    public async Task Of_two_with_one_state_one_runs_and_the_other_says_who_does()
    {
        var stop = Size.Here.Ends();
        await using var sandbox = await StartSandboxAsync(stop);
        using var folders = new Folders();
        sandbox.Faults.Add(new Fault { Kind = FaultKind.HeldUntilCleared });
        await using var one = SyncingProcess.Synchronise(sandbox, folders.State, folders.Outbox, Patient);
        await using var two = SyncingProcess.Synchronise(sandbox, folders.State, folders.Outbox, Patient);

        await Task.WhenAny(one.EndAsync(stop), two.EndAsync(stop));
        var (idle, busy) = one.HasExited ? (one, two) : (two, one);
        var requests = sandbox.RequestCount;
        sandbox.Faults.Clear();
        // A stall would last as long as its patience.
        Trouble.Begin(sandbox, except: Trouble.Stalls);
        await busy.EndAsync(stop);
        await SynchroniseUntilOverAsync(sandbox, folders.State, folders.Outbox, stop);

        Assert.True(await idle.EndAsync(stop) == 0, idle.Output);
        Assert.Contains("Another synchronisation is under way", idle.Output, StringComparison.Ordinal);
        Assert.Contains($"process {busy.Id} of {Environment.UserName}", idle.Output, StringComparison.Ordinal);
        Assert.InRange(requests, 0, 1);
        Truth.AssertArrived(sandbox, $"{idle.Output}\n{busy.Output}");
        await folders.AssertNothingIsLeftAsync();
        Assert.Equal(0, sandbox.RetriedTooEarly);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_with_one_outbox_and_a_state_each_send_each_report_once(bool isInTrouble)
    {
        var stop = Size.Here.Ends();
        await using var sandbox = await StartSandboxAsync(stop);
        using var folders = new Folders();
        var pages = (sandbox.Data.Deployments.Count + PxxlClient.LargestPage - 1) / PxxlClient.LargestPage;
        sandbox.Faults.Add(new Fault { Kind = FaultKind.HeldUntilCleared, Service = Service.Periscope });
        await using var one = SyncingProcess.Synchronise(sandbox, folders.State, folders.Outbox, Patient);
        await using var two = SyncingProcess.Synchronise(sandbox, folders.OtherState, folders.Outbox, Patient);

        // Both know what there is to send, and nothing is sent.
        await one.UntilAsync(() => sandbox.RequestCount >= (2 * pages) + 1, stop);
        sandbox.Faults.Clear();
        if (isInTrouble)
        {
            // What one process was asked to wait, the other does not know.
            Trouble.Begin(sandbox, except: kind => Trouble.Stalls(kind) || Trouble.AsksToWait(kind));
        }

        await one.EndAsync(stop);
        await two.EndAsync(stop);
        var told = $"{one.Output}\n{two.Output}";
        if (isInTrouble)
        {
            await SynchroniseUntilOverAsync(sandbox, folders.State, folders.Outbox, stop);
            await SynchroniseUntilOverAsync(sandbox, folders.OtherState, folders.Outbox, stop);
        }
        else
        {
            Truth.Fail([.. sandbox.Reports.ByDeploymentId.Values.Where(report => report.TimesPosted != 1).Select(report => $"{report.DeploymentId} was posted {report.TimesPosted} times")], told);
            Assert.True(one.Summary("Reported") + two.Summary("Reported") == sandbox.Reports.Count, told);
        }

        Truth.AssertArrived(sandbox, told);
        await folders.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Two_that_deliver_one_outbox_send_each_item_once()
    {
        var stop = Size.Here.Ends();
        await using var sandbox = await StartSandboxAsync(stop);
        using var folders = new Folders();
        sandbox.Faults.Add(new Fault { Kind = FaultKind.Unavailable503, Service = Service.Periscope });
        await using (var filling = SyncingProcess.Synchronise(sandbox, folders.State, folders.Outbox))
        {
            Assert.True(await filling.EndAsync(stop) == 1, filling.Output);
        }

        sandbox.Faults.Clear();
        sandbox.Faults.Add(new Fault { Kind = FaultKind.HeldUntilCleared });
        await using var one = SyncingProcess.Deliver(sandbox, folders.Outbox!, Patient);
        await using var two = SyncingProcess.Deliver(sandbox, folders.Outbox!, Patient);
        await one.UntilAsync(() => HasFoundAll(one), stop);
        await two.UntilAsync(() => HasFoundAll(two), stop);
        sandbox.Faults.Clear();

        var codes = (await one.EndAsync(stop), await two.EndAsync(stop));
        var told = $"{one.Output}\n{two.Output}";
        Assert.True(codes == (0, 0), told);
        Assert.Equal(Truth.StatusById(sandbox).Count, one.Summary("Delivered") + two.Summary("Delivered"));
        Truth.Fail([.. sandbox.Reports.ByDeploymentId.Values.Where(report => report.TimesPosted != 1).Select(report => $"{report.DeploymentId} was posted {report.TimesPosted} times")], told);
        Truth.AssertArrived(sandbox, told);
        await folders.AssertNothingIsLeftAsync();

        bool HasFoundAll(SyncingProcess process) => process.Output.Contains($"found: {Truth.StatusById(sandbox).Count}\n", StringComparison.Ordinal);
    }

    /// <summary>With deployments that are all over: their moments are other tests' subject.</summary>
    private static async Task<SandboxHost> StartSandboxAsync(CancellationToken stop)
    {
        var sandbox = await SandboxHost.StartAsync(new() { Deployments = Size.Here.Deployments, Time = new BehindClock() }, stop);
        sandbox.Clock.Advance(Life.Longest);
        Recent.Make(sandbox);
        return sandbox;
    }

    private static async Task SynchroniseUntilOverAsync(SandboxHost sandbox, string state, string? outbox, CancellationToken stop)
    {
        var outputs = new List<string>();
        for (var isOver = false; !isOver;)
        {
            Assert.True(outputs.Count < Size.Here.Runs, $"It is not over after {outputs.Count} runs. {outputs.LastOrDefault()}");
            sandbox.Clock.Advance(Life.Longest);
            await using var process = SyncingProcess.Synchronise(sandbox, state, outbox);
            isOver = await process.EndAsync(stop) == 0 && process.Summary("Reported") == 0;
            outputs.Add(process.Output);
        }
    }
}
