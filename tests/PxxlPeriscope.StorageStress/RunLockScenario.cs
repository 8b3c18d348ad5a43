using PxxlPeriscope.Storage;

namespace PxxlPeriscope.StorageStress;

/// <summary>Both processes acquire the lock of a synchronization repeatedly, and write heartbeats while they hold it.</summary>
internal sealed class RunLockScenario : Scenario
{
    private readonly MinuteClock _clock = new();

    public override string Name => "runlock";

    public override (string First, string Second) Roles => ("locks-a", "locks-b");

    public override async Task PlayAsync(string role, string folder, int operations, Tally tally)
    {
        for (var number = 0; number < operations; number++)
        {
            await tally.CountAsync(() => RunAsync(folder));
        }
    }

    public override async Task VerifyAsync(string folder, int operations, Tally tally)
    {
        var (held, _) = await RunLock.TryAcquireAsync(folder, _clock, default);
        Tally.Expect(held is not null, "The lock is free but cannot be acquired.");
        Tally.Expect(held!.AbandonedBy is null, "A previous owner is still recorded.");
        await held.DisposeAsync();
    }

    private async Task RunAsync(string folder)
    {
        var (held, _) = await RunLock.TryAcquireAsync(folder, _clock, default);
        if (held is null)
        {
            // The other process holds the lock.
            return;
        }

        await using (held)
        {
            Tally.Expect(held.AbandonedBy is null, "The lock was reported as abandoned by a running process.");
            var inside = Path.Combine(folder, "inside");
            using (new FileStream(inside, FileMode.CreateNew))
            {
                await held.HeartbeatAsync(default);
            }

            File.Delete(inside);
        }
    }

    /// <summary>A clock that advances by a minute each time it is read, so that every heartbeat is written.</summary>
    private sealed class MinuteClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromMinutes(1);
    }
}
