using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>Verifies that two runs on the same folder exclude each other.</summary>
public sealed class RunLockTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AutoAdvancingClock _clock = new();

    private string Owner => _folder["run.owner.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_second_caller_receives_the_owner_and_its_start_time()
    {
        await using var first = await AcquireAsync();
        _clock.Advance(TimeSpan.FromMinutes(75));

        var (none, holder) = await TryAcquireAsync();
        Assert.Null(none);

        Assert.Equal((Environment.MachineName, Environment.ProcessId), (holder!.Machine, holder.ProcessId));
        Assert.Equal(
            $"process {Environment.ProcessId} of {Environment.UserName} on {Environment.MachineName}, "
                + "since 2026-03-14 09:26:53Z (1 h 15 min)",
            holder.Describe(_clock.GetUtcNow())
        );
    }

    [Fact]
    public async Task A_released_lock_can_be_acquired_again_and_is_not_abandoned()
    {
        await (await AcquireAsync()).DisposeAsync();

        await using var second = await AcquireAsync();

        Assert.Null(second.AbandonedBy);
    }

    [Fact]
    public async Task The_lock_of_an_ended_process_on_this_machine_is_acquired_immediately()
    {
        // Only the owner file is left; the lock was released with the process.
        await (LockOwner.Current(_clock.GetUtcNow()) with { ProcessId = int.MaxValue }).WriteAsync(Owner, SandboxFixture.Ct);

        await using var held = await AcquireAsync();

        Assert.Equal(int.MaxValue, held.AbandonedBy!.ProcessId);
    }

    [Fact]
    public async Task An_owner_on_another_machine_is_trusted_while_it_is_active()
    {
        await (LockOwner.Current(_clock.GetUtcNow()) with { Machine = "another" }).WriteAsync(Owner, SandboxFixture.Ct);

        var (none, holder) = await TryAcquireAsync();
        Assert.Null(none);
        Assert.Equal("another", holder!.Machine);

        _clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        Assert.Null((await TryAcquireAsync()).Lock);
        _clock.Advance(TimeSpan.FromTicks(1));
        await using var held = await AcquireAsync();
        Assert.Equal("another", held.AbandonedBy!.Machine);
    }

    [Fact]
    public async Task The_owner_file_of_a_running_process_that_released_the_lock_is_not_abandoned()
    {
        await LockOwner.Current(_clock.GetUtcNow()).WriteAsync(Owner, SandboxFixture.Ct);

        await using var held = await AcquireAsync();

        Assert.Null(held.AbandonedBy);
    }

    [Fact]
    public async Task An_owner_file_that_cannot_be_written_causes_an_error_and_releases_the_lock()
    {
        Directory.CreateDirectory(Owner);
        var error = await Record.ExceptionAsync(TryAcquireAsync);
        Assert.True(StateErrors.IsStorageError(error!), error?.ToString());

        Directory.Delete(Owner);
        await using var held = await AcquireAsync();
    }

    [Fact]
    public async Task A_blocked_caller_waits_for_the_owner_file_of_a_new_owner()
    {
        _clock.IsHeld = true;
        await WriteNoteAsync(int.MaxValue);

        var waiting = RunLock.WaitForOwnerAsync(Owner, _clock, SandboxFixture.Ct);
        Assert.False(waiting.IsCompleted);
        await WriteNoteAsync(Environment.ProcessId);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Environment.ProcessId, (await waiting)!.ProcessId);
    }

    [Fact]
    public async Task A_blocked_caller_does_not_wait_if_the_owner_is_known_to_run()
    {
        _clock.IsHeld = true;
        await WriteNoteAsync(Environment.ProcessId);
        Assert.Equal(Environment.ProcessId, (await Known())!.ProcessId);

        await (LockOwner.Current(_clock.GetUtcNow()) with { Machine = "another" }).WriteAsync(Owner, SandboxFixture.Ct);
        Assert.Equal("another", (await Known())!.Machine);

        Task<LockOwner?> Known()
        {
            var known = RunLock.WaitForOwnerAsync(Owner, _clock, SandboxFixture.Ct);
            Assert.True(known.IsCompleted);
            return known;
        }
    }

    [Fact]
    public async Task The_wait_for_an_owner_file_is_limited_to_two_seconds()
    {
        Assert.Null(await RunLock.WaitForOwnerAsync(Owner, _clock, SandboxFixture.Ct));
        Assert.Equal(TimeSpan.FromSeconds(2), _clock.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait));
    }

    [Fact]
    public async Task The_last_readable_owner_file_is_returned()
    {
        _clock.IsHeld = true;
        await WriteNoteAsync(int.MaxValue);

        var waiting = RunLock.WaitForOwnerAsync(Owner, _clock, SandboxFixture.Ct);
        File.Delete(Owner);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(int.MaxValue, (await waiting)!.ProcessId);
    }

    [Fact]
    public async Task A_long_run_writes_heartbeats()
    {
        await using var held = await AcquireAsync();
        _clock.Advance(TimeSpan.FromMinutes(40));

        await held.HeartbeatAsync(SandboxFixture.Ct);

        Assert.Equal(_clock.GetUtcNow(), (await LockOwner.ReadAsync(Owner, SandboxFixture.Ct))!.LastSeen);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"machine":1}""")]
    public async Task An_unreadable_owner_file_does_not_block_the_lock(string note)
    {
        File.WriteAllText(Owner, note);

        await using var held = await AcquireAsync();

        Assert.Null(held.AbandonedBy);
    }

    [Fact]
    public async Task An_owner_file_that_cannot_be_deleted_does_not_block_the_lock()
    {
        var held = await AcquireAsync();
        File.Delete(Owner);
        Directory.CreateDirectory(Owner);

        await held.DisposeAsync();

        Directory.Delete(Owner);
        await using var next = await AcquireAsync();
    }

    private Task WriteNoteAsync(int processId) =>
        (LockOwner.Current(_clock.GetUtcNow()) with { ProcessId = processId }).WriteAsync(Owner, SandboxFixture.Ct);

    private Task<(RunLock? Lock, LockOwner? Holder)> TryAcquireAsync() => RunLock.TryAcquireAsync(_folder.Path, _clock, SandboxFixture.Ct);

    private async Task<RunLock> AcquireAsync()
    {
        var (acquired, _) = await TryAcquireAsync();
        Assert.NotNull(acquired);
        return acquired;
    }
}
