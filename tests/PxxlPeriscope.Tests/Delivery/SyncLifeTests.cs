using static PxxlPeriscope.Tests.SyncDeployments;

namespace PxxlPeriscope.Tests;

/// <summary>
/// A run that takes long, on a network folder whose locks do not reach other machines: a run on another machine must not begin meanwhile.
/// What that machine sees is the owner's note alone, copied to a folder that nobody has locked.
/// </summary>
public sealed class SyncLifeTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    private string State => Directory.CreateDirectory(_folder["state"]).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Another_machine_is_kept_out_for_as_long_as_reports_are_sent()
    {
        await using var world = await WorldOf([.. Enumerable.Range(0, 12).Select(number => Deployed($"n{number:D2}", daysAgo: 20 - number))]);
        var keptOut = new List<bool>();

        await foreach (var _ in Run(world.Pxxl, world).RunAsync(world.Periscope, World.Ct))
        {
            world.Clock.Advance(TimeSpan.FromMinutes(10));
            keptOut.Add(await IsKeptOutElsewhereAsync(world));
        }

        Assert.Equal(Enumerable.Repeat(true, 12), keptOut);
    }

    [Fact]
    public async Task Another_machine_is_kept_out_for_as_long_as_Pxxl_is_read()
    {
        await using var world = await World.StartAsync();
        var rows = Enumerable.Range(0, 60).Select(number => Deployed($"n{number:D2}", daysAgo: 1 + (number / 10.0))).ToArray();
        var keptOut = new List<bool>();
        var pxxl = PxxlGiving(world, async (_, number) =>
        {
            // A service that makes callers wait.
            keptOut.Add(await IsKeptOutElsewhereAsync(world));
            world.Clock.Advance(TimeSpan.FromMinutes(20));
            return Page(60, null, rows[((number - 1) * 10)..(number * 10)]);
        });

        await SendAsync(Run(pxxl, world), world);

        Assert.Equal(Enumerable.Repeat(true, 6), keptOut);
    }

    [Fact]
    public async Task Another_machine_is_kept_out_while_running_deployments_are_read_again()
    {
        await using var world = await World.StartAsync();
        var running = Enumerable.Range(0, 6).Select(number => Deployed($"n{number}", daysAgo: 0.1) with { Status = "building", BuildStatus = "building" }).ToArray();
        await SendAsync(Run(PxxlGiving(world, Page(6, null, running)), world), world);
        world.Clock.Advance(TimeSpan.FromHours(3));
        var keptOut = new List<bool>();
        var pxxl = PxxlGiving(world, async (_, _) =>
        {
            keptOut.Add(await IsKeptOutElsewhereAsync(world));
            world.Clock.Advance(TimeSpan.FromMinutes(20));
            return Page(0, null);
        });

        await SendAsync(Run(pxxl, world), world);

        Assert.True(keptOut.Count > 2);
        Assert.All(keptOut, Assert.True);
    }

    [Fact]
    public async Task A_run_that_has_ended_keeps_nobody_out()
    {
        await using var world = await WorldOf(Deployed("a", daysAgo: 1));

        await SendAsync(Run(world.Pxxl, world), world);

        var (acquired, _) = await RunLock.TryAcquireAsync(State, world.Clock, World.Ct);
        await using var held = acquired;
        Assert.NotNull(acquired);
        Assert.Null(acquired.AbandonedBy);
    }

    private static async Task SendAsync(SyncRun run, World world)
    {
        await foreach (var outcome in run.RunAsync(world.Periscope, World.Ct))
        {
            Assert.Null(outcome.Failure);
        }
    }

    private SyncRun Run(PxxlClient pxxl, World world) => new(pxxl, world.Log)
    {
        StatePath = State,
        ThrottleLimit = 1,
        Conversion = new() { TimeProvider = world.Clock },
    };

    private async Task<bool> IsKeptOutElsewhereAsync(World world)
    {
        var elsewhere = Directory.CreateDirectory(_folder["elsewhere"]).FullName;
        var owner = (await LockOwner.ReadAsync(Path.Combine(State, "run.owner.json"), World.Ct))!;
        await (owner with { Machine = "another" }).WriteAsync(Path.Combine(elsewhere, "run.owner.json"), World.Ct);
        var (acquired, _) = await RunLock.TryAcquireAsync(elsewhere, world.Clock, World.Ct);
        await using var held = acquired;
        return acquired is null;
    }
}
