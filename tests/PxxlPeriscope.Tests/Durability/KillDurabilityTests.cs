using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>Synchronizes with processes that are killed while they run, with all kinds of faults.</summary>
[Trait("Kind", "Durability")]
public sealed class KillDurabilityTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_processes_lose_no_report_and_cause_no_status_regression(bool hasOutbox)
    {
        var stop = DurabilityScale.FromEnvironment.HasReached();
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        await using var sandbox = await SandboxHost.StartAsync(
            new() { Deployments = DurabilityScale.FromEnvironment.Deployments, Time = new SkewedClock() },
            stop
        );
        using var folders = new DurabilityFolders(hasOutbox);
        var life = new LiveDeployments(sandbox, random);
        var outputs = new List<string>();
        var killed = 0;
        sandbox.Clock.Advance(LiveDeployments.MaxDuration);
        RecentDeployments.Create(sandbox);
        FaultSchedule.Inject(sandbox, seed);

        while (killed < DurabilityScale.FromEnvironment.Kills)
        {
            Assert.True(
                outputs.Count < (4 * DurabilityScale.FromEnvironment.Kills) + DurabilityScale.FromEnvironment.Runs,
                $"Too few processes were still running when they were killed. {Tell()}"
            );
            life.Start(5);
            sandbox.Clock.Advance(
                random.Next(2) == 0 ? TimeSpan.FromSeconds(random.Next(30, 300)) : TimeSpan.FromMinutes(random.Next(5, 180))
            );
            var enough = sandbox.RequestCount + random.Next(MostRequests());
            await using var process = Start();
            await process.WaitForAsync(() => sandbox.RequestCount >= enough, stop);
            // Not exactly at a request, but a few microseconds to a few milliseconds later.
            Thread.SpinWait(random.Next(100_000));
            killed += await process.KillAsync(stop) ? 1 : 0;
            outputs.Add(process.Output);
        }

        for (var isOver = false; !isOver; )
        {
            Assert.True(
                outputs.Count < (4 * DurabilityScale.FromEnvironment.Kills) + (2 * DurabilityScale.FromEnvironment.Runs),
                $"Not complete. {Tell()}"
            );
            sandbox.Clock.Advance(LiveDeployments.MaxDuration);
            await using var process = Start();
            isOver = await process.WaitForExitAsync(stop) == 0 && process.Summary("Reported") == 0;
            outputs.Add(process.Output);
        }

        ExpectedReports.AssertAllArrived(sandbox, Tell());
        await folders.AssertEmptyAsync();
        Assert.True(sandbox.RetriedTooEarly == 0, $"{sandbox.RetriedTooEarly} requests were retried too early. {Tell()}");
        ExpectedReports.FailIfAny([.. outputs.Where(IsWrong)], Tell());
        Assert.True(
            outputs.Any(output => output.Contains("did not finish", StringComparison.Ordinal)),
            $"No process found the lock of a killed process. {Tell()}"
        );
        TestContext.Current.TestOutputHelper?.WriteLine(Tell());

        // Spreads the kills over all of the work. Some hit a run that has already finished it.
        int MostRequests()
        {
            var left = ExpectedReports.StatusById(sandbox).Count - sandbox.Reports.Count;
            return (left > 0 ? 2 * DurabilityScale.FromEnvironment.Deployments / PxxlClient.MaxPageSize : 0)
                + 12
                + (3 * left / (DurabilityScale.FromEnvironment.Kills - killed));
        }

        SyncChildProcess Start() => SyncChildProcess.StartSync(sandbox, folders.State, folders.Outbox, "--throttle", "8");

        // A killed process must not hold a lock or leave a partially written file, and no run may end with an unexpected error.
        static bool IsWrong(string output) =>
            output.Contains("damaged", StringComparison.Ordinal)
            || output.Contains("is already running", StringComparison.Ordinal)
            || output.Contains("Unhandled exception", StringComparison.Ordinal)
            || output.Contains("Unusable", StringComparison.Ordinal);

        string Tell() =>
            $"Seed {seed}; {outputs.Count} processes, {killed} killed while running, "
            + $"{outputs.Count(output => output.Contains("did not finish", StringComparison.Ordinal))} found a lock of a killed process; "
            + $"{sandbox.RequestCount} requests; "
            + $"{ExpectedReports.CountRepetitions(sandbox)} repeated reports. Faults: {FaultSchedule.Describe(sandbox)}";
    }
}
