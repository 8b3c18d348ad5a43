namespace PxxlPeriscope.Tests.Durability;

/// <summary>
/// Times out stalled attempts by advancing the clock when nothing else is in progress, which is when a real clock would only wait for
/// them. If that decision is wrong, an attempt fails unnecessarily, which the run must also survive.
/// </summary>
internal sealed class StallMonitor : IAsyncDisposable
{
    /// <summary>Slightly too long to elapse without <see cref="AutoAdvancingClock.Advance"/>.</summary>
    public static readonly TimeSpan AttemptTimeout = AutoAdvancingClock.MaxWait + TimeSpan.FromSeconds(1);

    private const int ChecksUntilIdle = 15;

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    private StallMonitor(SandboxFixture fixture) => _watching = WatchAsync(fixture);

    public static async Task<(SandboxFixture World, StallMonitor Stalls)> StartAsync(int deployments)
    {
        var fixture = await SandboxFixture.StartAsync(
            new() { Deployments = deployments },
            settings => settings with { AttemptTimeout = AttemptTimeout, CallTimeout = TimeSpan.FromDays(1) }
        );
        fixture.Clock.Advance(LiveDeployments.MaxDuration);
        RecentDeployments.Create(fixture.Sandbox);
        return (fixture, new StallMonitor(fixture));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync(SandboxFixture fixture)
    {
        var sandbox = fixture.Sandbox;
        var (idleChecks, count) = (0, 0);
        while (!_stop.IsCancellationRequested)
        {
            var onlyStalls =
                sandbox.RequestsStalled > 0 && sandbox.RequestsInProgress == sandbox.RequestsStalled && sandbox.RequestCount == count;
            (idleChecks, count) = (onlyStalls ? idleChecks + 1 : 0, sandbox.RequestCount);
            if (idleChecks == ChecksUntilIdle)
            {
                idleChecks = 0;
                fixture.Clock.Advance(AttemptTimeout);
            }

            await Task.Delay(1, CancellationToken.None);
        }
    }
}
