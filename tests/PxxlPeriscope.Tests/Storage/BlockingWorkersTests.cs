using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>Verifies that blocking work runs concurrently, outside the thread pool, and within the limit.</summary>
public sealed class BlockingWorkersTests
{
    [Fact]
    public async Task Work_runs_concurrently_up_to_the_limit_and_outside_the_thread_pool()
    {
        using var together = new Barrier(4);
        var workers = new BlockingWorkers(4);

        // Each one waits for the three others.
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
    public async Task The_number_of_concurrent_operations_never_exceeds_the_limit()
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
    public async Task An_exception_is_passed_only_to_the_caller_of_that_operation()
    {
        var workers = new BlockingWorkers(1);
        var failing = workers.RunAsync<int>(() => throw new IOException("The disk is full."));

        Assert.Equal(1, await workers.RunAsync(() => 1));
        await Assert.ThrowsAsync<IOException>(() => failing);
    }
}
