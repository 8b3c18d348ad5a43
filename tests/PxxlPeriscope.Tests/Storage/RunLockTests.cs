using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>What keeps two runs apart.</summary>
public sealed class RunLockTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AutoAdvancingClock _clock = new();

    private string Owner => _folder["run.owner.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_second_learns_who_has_it_and_since_when()
    {
        await using var first = await AcquireAsync();
        _clock.Advance(TimeSpan.FromMinutes(75));

        var (none, holder) = await TryAcquireAsync();
        Assert.Null(none);

        Assert.Equal((Environment.MachineName, Environment.ProcessId), (holder!.Machine, holder.ProcessId));
        Assert.Equal(
            $"process {Environment.ProcessId} of {Environment.UserName} on {Environment.MachineName}, since 2026-03-14 09:26:53Z (1 h 15 min)",
            holder.Describe(_clock.GetUtcNow())
        );
    }

    [Fact]
    public async Task Given_back_it_can_be_taken_again_and_nobody_died()
    {
        await (await AcquireAsync()).DisposeAsync();

        await using var second = await AcquireAsync();

        Assert.Null(second.AbandonedBy);
    }

    [Fact]
    public async Task Of_a_dead_process_of_this_machine_it_is_taken_over_at_once()
    {
        // Only the note of the owner is left: the lock itself went with the process.
        await (LockOwner.Current(_clock.GetUtcNow()) with { ProcessId = int.MaxValue }).WriteAsync(Owner, SandboxFixture.Ct);

        await using var held = await AcquireAsync();

        Assert.Equal(int.MaxValue, held.AbandonedBy!.ProcessId);
    }

    [Fact]
    public async Task An_owner_on_another_machine_is_believed_while_it_shows_life()
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
    public async Task The_note_of_a_process_that_still_runs_and_has_freed_the_lock_is_no_sign_of_a_death()
    {
        await LockOwner.Current(_clock.GetUtcNow()).WriteAsync(Owner, SandboxFixture.Ct);

        await using var held = await AcquireAsync();

        Assert.Null(held.AbandonedBy);
    }

    [Fact]
    public async Task A_note_that_cannot_be_written_is_an_error_and_keeps_nobody_out_afterwards()
    {
        Directory.CreateDirectory(Owner);
        var error = await Record.ExceptionAsync(TryAcquireAsync);
        Assert.True(StateErrors.IsStorageError(error!), error?.ToString());

        Directory.Delete(Owner);
        await using var held = await AcquireAsync();
    }

    [Fact]
    public async Task Who_is_kept_out_waits_for_the_note_of_who_has_just_acquired_it()
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
    public async Task Who_is_kept_out_does_not_wait_for_the_note_of_who_is_known_to_run()
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
    public async Task A_note_that_never_comes_is_waited_for_no_longer_than_two_seconds()
    {
        Assert.Null(await RunLock.WaitForOwnerAsync(Owner, _clock, SandboxFixture.Ct));
        Assert.Equal(TimeSpan.FromSeconds(2), _clock.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait));
    }

    [Fact]
    public async Task The_last_note_that_could_be_read_is_what_is_known()
    {
        _clock.IsHeld = true;
        await WriteNoteAsync(int.MaxValue);

        var waiting = RunLock.WaitForOwnerAsync(Owner, _clock, SandboxFixture.Ct);
        File.Delete(Owner);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(int.MaxValue, (await waiting)!.ProcessId);
    }

    [Fact]
    public async Task A_long_run_shows_life()
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
    public async Task A_note_that_cannot_be_read_keeps_nobody_out(string note)
    {
        File.WriteAllText(Owner, note);

        await using var held = await AcquireAsync();

        Assert.Null(held.AbandonedBy);
    }

    [Fact]
    public async Task A_note_that_cannot_be_removed_keeps_nobody_out()
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
