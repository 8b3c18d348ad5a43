using PxxlPeriscope.Storage;

namespace PxxlPeriscope.StorageStress;

/// <summary>Both want the lock of a synchronization again and again, and show that they live while they have it.</summary>
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
        Tally.Expect(held is not null, "Nobody has it, and it cannot be acquired.");
        Tally.Expect(held!.AbandonedBy is null, "Somebody left a note that they have it.");
        await held.DisposeAsync();
    }

    private async Task RunAsync(string folder)
    {
        var (held, _) = await RunLock.TryAcquireAsync(folder, _clock, default);
        if (held is null)
        {
            // The other one has it.
            return;
        }

        await using (held)
        {
            Tally.Expect(held.AbandonedBy is null, "It was abandoned by a process that lives.");
            var inside = Path.Combine(folder, "inside");
            using (new FileStream(inside, FileMode.CreateNew))
            {
                await held.HeartbeatAsync(default);
            }

            File.Delete(inside);
        }
    }

    /// <summary>A clock on which a minute passes at each look, so that each heartbeat is written.</summary>
    private sealed class MinuteClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromMinutes(1);
    }
}
