using PxxlPeriscope.Delivery;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>Waits for a lock that another process holds.</summary>
public sealed class FileLockTests : IDisposable
{
    /// <summary>Without cancellation, the wait would never end, because the clock is stopped.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = new();
    private readonly AutoAdvancingClock _clock = new();

    private string Lock => _folder["lock"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Cancellation_ends_a_wait_immediately()
    {
        using var other = FileLock.TryAcquire(Lock);
        using var stop = new CancellationTokenSource();
        _clock.IsHeld = true;

        var waiting = FileLock.AcquireAsync(Lock, _clock, stop.Token);
        Assert.False(waiting.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit, SandboxFixture.Ct));
    }

    [Fact]
    public async Task A_wait_that_takes_too_long_ends_with_an_error_that_names_the_file()
    {
        using var other = FileLock.TryAcquire(Lock);

        var error = await Assert.ThrowsAsync<IOException>(() => FileLock.AcquireAsync(Lock, _clock, SandboxFixture.Ct));

        Assert.Contains(Lock, error.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(10), _clock.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public async Task A_wait_lasts_until_the_limit(int seconds)
    {
        using var other = FileLock.TryAcquire(Lock);

        await Assert.ThrowsAsync<IOException>(() => FileLock.AcquireAsync(Lock, _clock, SandboxFixture.Ct, TimeSpan.FromSeconds(seconds)));

        Assert.Equal(TimeSpan.FromSeconds(seconds), _clock.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait));
    }

    [Fact]
    public async Task A_waiting_caller_acquires_the_lock_as_soon_as_it_is_released()
    {
        var other = FileLock.TryAcquire(Lock);
        _clock.IsHeld = true;
        var waiting = FileLock.AcquireAsync(Lock, _clock, SandboxFixture.Ct);

        other!.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));

        using var held = await waiting;
        Assert.Null(FileLock.TryAcquire(Lock));
    }

    [Fact]
    public async Task A_free_lock_is_acquired_even_with_a_canceled_token()
    {
        // The lock may be needed to record something that has already happened.
        using var held = await FileLock.AcquireAsync(Lock, _clock, new CancellationToken(canceled: true));

        Assert.Null(FileLock.TryAcquire(Lock));
    }

    [Fact]
    public async Task No_outbox_operation_keeps_waiting_after_cancellation()
    {
        var folder = Directory.CreateDirectory(_folder["outbox"]).FullName;
        var outbox = await ReportOutbox.OpenAsync(folder, SandboxFixture.Ct);
        using var other = FileLock.TryAcquire(Path.Combine(folder, ".delivery", "sent.jsonl.lock"));
        using var stop = new CancellationTokenSource();

        Task[] waiting =
        [
            ReportOutbox.OpenAsync(folder, stop.Token),
            outbox.Ledger.RecordAttemptAsync(SampleReports.Valid(), stop.Token),
            outbox.Ledger.RecordConfirmationAsync(SampleReports.Valid("pxxl-2"), stop.Token),
            SendAsync(outbox, stop.Token),
        ];
        await stop.CancelAsync();

        Assert.All(waiting, task => Assert.False(task.IsCompletedSuccessfully));
        foreach (var task in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }
    }

    [Fact]
    public async Task The_wait_for_a_key_of_another_process_can_be_canceled()
    {
        var (first, second) = (new KeyedFileLocks(_folder["locks"], _clock), new KeyedFileLocks(_folder["locks"], _clock));
        using var held = await first.AcquireAsync("a", SandboxFixture.Ct);
        using var stop = new CancellationTokenSource();
        _clock.IsHeld = true;

        var waiting = second.AcquireAsync("a", stop.Token);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.False(waiting.IsCompleted);
        Assert.True(second.IsHeldElsewhere("a"));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit, SandboxFixture.Ct));
        held.Dispose();
        using var next = await second.AcquireAsync("a", SandboxFixture.Ct);
    }

    private static async Task SendAsync(ReportOutbox outbox, CancellationToken stop)
    {
        using var handler = new StubHandler((_, _) => throw new InvalidOperationException("Nothing is to be sent."));
        using var sender = new ReportSender(ReportDelivery.Create(outbox, SandboxFixture.PeriscopeOver(handler)), 1, stop);
        sender.Add(SampleReports.Valid("pxxl-3"));
        await sender.NextOutcomeAsync();
    }
}
