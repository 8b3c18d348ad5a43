using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>Synchronizing by processes that are killed in the middle of it, with every fault on as well.</summary>
[Trait("Kind", "Durability")]
public sealed class KillDurabilityTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_moment_it_loses_nothing_and_puts_nothing_back(bool hasOutbox)
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
                $"Too few processes were alive when they were to be killed. {Tell()}"
            );
            life.Start(5);
            sandbox.Clock.Advance(
                random.Next(2) == 0 ? TimeSpan.FromSeconds(random.Next(30, 300)) : TimeSpan.FromMinutes(random.Next(5, 180))
            );
            var enough = sandbox.RequestCount + random.Next(MostRequests());
            await using var process = Start();
            await process.WaitForAsync(() => sandbox.RequestCount >= enough, stop);
            // Not always in the moment of a request: a few microseconds to a few milliseconds later.
            Thread.SpinWait(random.Next(100_000));
            killed += await process.KillAsync(stop) ? 1 : 0;
            outputs.Add(process.Output);
        }

        for (var isOver = false; !isOver; )
        {
            Assert.True(
                outputs.Count < (4 * DurabilityScale.FromEnvironment.Kills) + (2 * DurabilityScale.FromEnvironment.Runs),
                $"It is not over. {Tell()}"
            );
            sandbox.Clock.Advance(LiveDeployments.MaxDuration);
            await using var process = Start();
            isOver = await process.WaitForExitAsync(stop) == 0 && process.Summary("Reported") == 0;
            outputs.Add(process.Output);
        }

        ExpectedReports.AssertAllArrived(sandbox, Tell());
        await folders.AssertEmptyAsync();
        Assert.True(sandbox.RetriedTooEarly == 0, $"{sandbox.RetriedTooEarly} requests came back too early. {Tell()}");
        ExpectedReports.FailIfAny([.. outputs.Where(IsWrong)], Tell());
        Assert.True(
            outputs.Any(output => output.Contains("ended without finishing", StringComparison.Ordinal)),
            $"No process has found a dead one. {Tell()}"
        );
        TestContext.Current.TestOutputHelper?.WriteLine(Tell());

        // So that the kills are spread over all of the work, and some strike a run that has finished it.
        int MostRequests()
        {
            var left = ExpectedReports.StatusById(sandbox).Count - sandbox.Reports.Count;
            return (left > 0 ? 2 * DurabilityScale.FromEnvironment.Deployments / PxxlClient.MaxPageSize : 0)
                + 12
                + (3 * left / (DurabilityScale.FromEnvironment.Kills - killed));
        }

        SyncChildProcess Start() => SyncChildProcess.StartSync(sandbox, folders.State, folders.Outbox, "--throttle", "8");

        // A dead process holds nothing, and leaves nothing half-written; and nothing ends in an error that nobody has thought of.
        static bool IsWrong(string output) =>
            output.Contains("damaged", StringComparison.Ordinal)
            || output.Contains("is under way", StringComparison.Ordinal)
            || output.Contains("Unhandled exception", StringComparison.Ordinal)
            || output.Contains("Unusable", StringComparison.Ordinal);

        string Tell() =>
            $"Seed {seed}; {outputs.Count} processes, {killed} of them killed alive, "
            + $"{outputs.Count(output => output.Contains("ended without finishing", StringComparison.Ordinal))} found a dead one; {sandbox.RequestCount} requests; "
            + $"{ExpectedReports.CountRepetitions(sandbox)} repetitions of what was stored. Struck: {FaultSchedule.Describe(sandbox)}";
    }
}
