using PxxlPeriscope.Delivery;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>Waiting for what another process holds.</summary>
public sealed class FileLockTests : IDisposable
{
    /// <summary>What is not cancelled would wait for ever on a clock that is held.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = new();
    private readonly AutoAdvancingClock _clock = new();

    private string Lock => _folder["lock"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Waiting_ends_at_once_when_it_is_cancelled()
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
    public async Task Waiting_ends_in_an_error_that_names_the_file_when_it_takes_too_long()
    {
        using var other = FileLock.TryAcquire(Lock);

        var error = await Assert.ThrowsAsync<IOException>(() => FileLock.AcquireAsync(Lock, _clock, SandboxFixture.Ct));

        Assert.Contains(Lock, error.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(10), _clock.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public async Task Waiting_takes_as_long_as_it_may(int seconds)
    {
        using var other = FileLock.TryAcquire(Lock);

        await Assert.ThrowsAsync<IOException>(() => FileLock.AcquireAsync(Lock, _clock, SandboxFixture.Ct, TimeSpan.FromSeconds(seconds)));

        Assert.Equal(TimeSpan.FromSeconds(seconds), _clock.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait));
    }

    [Fact]
    public async Task Whoever_waits_has_it_as_soon_as_it_is_free()
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
    public async Task What_is_free_is_acquired_also_when_that_is_cancelled()
    {
        // It may be for the note of what has happened already.
        using var held = await FileLock.AcquireAsync(Lock, _clock, new CancellationToken(canceled: true));

        Assert.Null(FileLock.TryAcquire(Lock));
    }

    [Fact]
    public async Task Nothing_of_an_outbox_waits_on_once_it_is_cancelled()
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
    public async Task A_key_that_another_process_has_is_waited_for_until_that_is_cancelled()
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
