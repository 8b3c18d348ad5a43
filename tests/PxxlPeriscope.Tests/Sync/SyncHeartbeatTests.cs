using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Storage;
using PxxlPeriscope.Sync;
using static PxxlPeriscope.Tests.Sync.SyncDeployments;

namespace PxxlPeriscope.Tests.Sync;

/// <summary>
/// A long run on a network folder whose locks do not extend to other machines: a run on another machine must not start in the meantime.
/// That machine sees only the owner file, which is copied to a folder that is not locked.
/// </summary>
public sealed class SyncHeartbeatTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string State => Directory.CreateDirectory(_folder["state"]).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Another_machine_cannot_start_while_reports_are_sent()
    {
        await using var fixture = await StartSandboxAsync([
            .. Enumerable.Range(0, 12).Select(number => Deployed($"n{number:D2}", daysAgo: 20 - number)),
        ]);
        var keptOut = new List<bool>();

        await foreach (var _ in Run(fixture.Pxxl, fixture).RunAsync(fixture.Periscope, SandboxFixture.Ct))
        {
            fixture.Clock.Advance(TimeSpan.FromMinutes(10));
            keptOut.Add(await IsKeptOutElsewhereAsync(fixture));
        }

        Assert.Equal(Enumerable.Repeat(true, 12), keptOut);
    }

    [Fact]
    public async Task Another_machine_cannot_start_while_Pxxl_is_read()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var rows = Enumerable.Range(0, 60).Select(number => Deployed($"n{number:D2}", daysAgo: 1 + (number / 10.0))).ToArray();
        var keptOut = new List<bool>();
        var pxxl = PxxlGiving(
            fixture,
            async (_, number) =>
            {
                // A service that responds slowly.
                keptOut.Add(await IsKeptOutElsewhereAsync(fixture));
                fixture.Clock.Advance(TimeSpan.FromMinutes(20));
                return Page(60, null, rows[((number - 1) * 10)..(number * 10)]);
            }
        );

        await SendAsync(Run(pxxl, fixture), fixture);

        Assert.Equal(Enumerable.Repeat(true, 6), keptOut);
    }

    [Fact]
    public async Task Another_machine_cannot_start_while_running_deployments_are_read_again()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var running = Enumerable
            .Range(0, 6)
            .Select(number => Deployed($"n{number}", daysAgo: 0.1) with { Status = "building", BuildStatus = "building" })
            .ToArray();
        await SendAsync(Run(PxxlGiving(fixture, Page(6, null, running)), fixture), fixture);
        fixture.Clock.Advance(TimeSpan.FromHours(3));
        var keptOut = new List<bool>();
        var pxxl = PxxlGiving(
            fixture,
            async (_, _) =>
            {
                keptOut.Add(await IsKeptOutElsewhereAsync(fixture));
                fixture.Clock.Advance(TimeSpan.FromMinutes(20));
                return Page(0, null);
            }
        );

        await SendAsync(Run(pxxl, fixture), fixture);

        Assert.True(keptOut.Count > 2);
        Assert.All(keptOut, Assert.True);
    }

    [Fact]
    public async Task A_run_that_has_ended_does_not_block_another_machine()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 1));

        await SendAsync(Run(fixture.Pxxl, fixture), fixture);

        var (acquired, _) = await RunLock.TryAcquireAsync(State, fixture.Clock, SandboxFixture.Ct);
        await using var held = acquired;
        Assert.NotNull(acquired);
        Assert.Null(acquired.AbandonedBy);
    }

    private static async Task SendAsync(SyncJob run, SandboxFixture fixture)
    {
        await foreach (var outcome in run.RunAsync(fixture.Periscope, SandboxFixture.Ct))
        {
            Assert.Null(outcome.Failure);
        }
    }

    private SyncJob Run(PxxlClient pxxl, SandboxFixture fixture) =>
        new(pxxl, fixture.Log)
        {
            StatePath = State,
            ThrottleLimit = 1,
            Conversion = new() { TimeProvider = fixture.Clock },
        };

    private async Task<bool> IsKeptOutElsewhereAsync(SandboxFixture fixture)
    {
        var elsewhere = Directory.CreateDirectory(_folder["elsewhere"]).FullName;
        var owner = (await LockOwner.ReadAsync(Path.Combine(State, "run.owner.json"), SandboxFixture.Ct))!;
        await (owner with { Machine = "another" }).WriteAsync(Path.Combine(elsewhere, "run.owner.json"), SandboxFixture.Ct);
        var (acquired, _) = await RunLock.TryAcquireAsync(elsewhere, fixture.Clock, SandboxFixture.Ct);
        await using var held = acquired;
        return acquired is null;
    }
}
