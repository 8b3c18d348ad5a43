using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>That work which waits goes on side by side, apart from the pool, and never more of it than is allowed.</summary>
public sealed class BlockingWorkersTests
{
    [Fact]
    public async Task As_much_as_is_allowed_goes_on_at_once_and_not_in_the_pool()
    {
        using var together = new Barrier(4);
        var workers = new BlockingWorkers(4);

        // Each waits for the three others.
        var arePooled = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(_ =>
                    workers.RunAsync(() =>
                    {
                        together.SignalAndWait(SandboxFixture.Ct);
                        return Thread.CurrentThread.IsThreadPoolThread;
                    })
                )
        );

        Assert.All(arePooled, Assert.False);
    }

    [Fact]
    public async Task Never_more_than_is_allowed_goes_on_at_once()
    {
        var (running, most) = (0, 0);
        var workers = new BlockingWorkers(3);

        await Task.WhenAll(
            Enumerable
                .Range(0, 300)
                .Select(_ =>
                    workers.RunAsync(() =>
                    {
                        var now = Interlocked.Increment(ref running);
                        for (
                            var seen = Volatile.Read(ref most);
                            now > seen && Interlocked.CompareExchange(ref most, now, seen) != seen;
                            seen = Volatile.Read(ref most)
                        ) { }

                        Thread.Yield();
                        return Interlocked.Decrement(ref running);
                    })
                )
        );

        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task What_fails_is_the_failure_of_who_waits_for_it_alone()
    {
        var workers = new BlockingWorkers(1);
        var failing = workers.RunAsync<int>(() => throw new IOException("The disk is full."));

        Assert.Equal(1, await workers.RunAsync(() => 1));
        await Assert.ThrowsAsync<IOException>(() => failing);
    }
}
