namespace PxxlPeriscope.Tests;

/// <summary>What keeps two runs apart.</summary>
public sealed class RunLockTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly JumpingClock _clock = new();

    private string Owner => _folder["run.owner.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_second_learns_who_has_it_and_since_when()
    {
        using var first = RunLock.TryTake(_folder.Path, _clock, out _);
        _clock.Advance(TimeSpan.FromMinutes(75));

        Assert.Null(RunLock.TryTake(_folder.Path, _clock, out var holder));

        Assert.Equal((Environment.MachineName, Environment.ProcessId), (holder!.Machine, holder.ProcessId));
        Assert.Equal(
            $"process {Environment.ProcessId} of {Environment.UserName} on {Environment.MachineName}, since 2026-03-14 09:26:53Z (1 h 15 min)",
            holder.Describe(_clock.GetUtcNow()));
    }

    [Fact]
    public void Given_back_it_can_be_taken_again_and_nobody_died()
    {
        RunLock.TryTake(_folder.Path, _clock, out _)!.Dispose();

        using var second = RunLock.TryTake(_folder.Path, _clock, out _);

        Assert.NotNull(second);
        Assert.Null(second.DeadOwner);
    }

    [Fact]
    public void Of_a_dead_process_of_this_machine_it_is_taken_over_at_once()
    {
        // Only the note of the owner is left: the lock itself went with the process.
        LockOwner.Here(_clock.GetUtcNow()).Write(Owner);

        using var turn = RunLock.TryTake(_folder.Path, _clock, out _);

        Assert.Equal(Environment.ProcessId, turn!.DeadOwner!.ProcessId);
    }

    [Fact]
    public void An_owner_on_another_machine_is_believed_while_it_shows_life()
    {
        (LockOwner.Here(_clock.GetUtcNow()) with { Machine = "another" }).Write(Owner);

        Assert.Null(RunLock.TryTake(_folder.Path, _clock, out var holder));
        Assert.Equal("another", holder!.Machine);

        _clock.Advance(TimeSpan.FromMinutes(31));
        using var turn = RunLock.TryTake(_folder.Path, _clock, out _);
        Assert.Equal("another", turn!.DeadOwner!.Machine);
    }

    [Fact]
    public void A_long_run_shows_life()
    {
        using var turn = RunLock.TryTake(_folder.Path, _clock, out _);
        _clock.Advance(TimeSpan.FromMinutes(40));

        turn!.ShowLife();

        Assert.Equal(_clock.GetUtcNow(), LockOwner.Read(Owner)!.LastSeen);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"machine":1}""")]
    public void A_note_that_cannot_be_read_keeps_nobody_out(string note)
    {
        File.WriteAllText(Owner, note);

        using var turn = RunLock.TryTake(_folder.Path, _clock, out _);

        Assert.NotNull(turn);
    }
}
