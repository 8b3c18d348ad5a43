namespace PxxlPeriscope.Tests;

/// <summary>
/// Lets the attempts that stall run out of time on a clock that jumps, as soon as nothing else goes on: that is when a real clock would have
/// waited for nothing but them. If it is wrong about that, an attempt fails that need not have failed, which proves as much.
/// </summary>
internal sealed class StallWatch : IAsyncDisposable
{
    /// <summary>Just too long to pass by itself.</summary>
    public static readonly TimeSpan AttemptTimeout = JumpingClock.LongestWait + TimeSpan.FromSeconds(1);

    private const int LooksUntilCalm = 15;

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    private StallWatch(World world) => _watching = WatchAsync(world);

    public static async Task<(World World, StallWatch Stalls)> StartWorldAsync(int deployments)
    {
        var world = await World.StartAsync(
            new() { Deployments = deployments },
            settings => settings with { AttemptTimeout = AttemptTimeout, CallTimeout = TimeSpan.FromDays(1) });
        world.Clock.Advance(Life.Longest);
        Recent.Make(world.Sandbox);
        return (world, new StallWatch(world));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync(World world)
    {
        var sandbox = world.Sandbox;
        var (calm, count) = (0, 0);
        while (!_stop.IsCancellationRequested)
        {
            var onlyStalls = sandbox.RequestsStalling > 0 && sandbox.RequestsUnderWay == sandbox.RequestsStalling && sandbox.RequestCount == count;
            (calm, count) = (onlyStalls ? calm + 1 : 0, sandbox.RequestCount);
            if (calm == LooksUntilCalm)
            {
                calm = 0;
                world.Clock.Advance(AttemptTimeout);
            }

            await Task.Delay(1, CancellationToken.None);
        }
    }
}
