using PxxlPeriscope.Time;

namespace PxxlPeriscope.Storage;

/// <summary>
/// Prevents two runs on the same folder. The operating system releases the lock of a process that ended. The locks of a network folder may
/// not extend to other machines, so an owner on another machine is trusted as long as it was seen recently.
/// </summary>
internal sealed class RunLock : IAsyncDisposable
{
    /// <summary>How long an owner that cannot be checked is trusted without a heartbeat.</summary>
    internal static readonly TimeSpan DefaultAbandonedAfter = TimeSpan.FromMinutes(30);

    /// <summary>The interval of heartbeats. An owner that writes them never counts as gone.</summary>
    internal static readonly TimeSpan BetweenHeartbeats = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan OwnerFileTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OwnerPollDelay = TimeSpan.FromMilliseconds(20);

    private readonly string _ownerPath;
    private readonly TimeProvider _time;
    private readonly FileLock _file;
    private LockOwner _owner;

    private RunLock(string ownerPath, TimeProvider time, FileLock file, LockOwner? abandonedBy)
    {
        (_ownerPath, _time, _file, AbandonedBy) = (ownerPath, time, file, abandonedBy);
        _owner = LockOwner.Current(time.GetUtcNow());
    }

    /// <summary>The owner of a lock that was not released; null if the last run ended normally.</summary>
    internal LockOwner? AbandonedBy { get; }

    /// <summary>Acquires the lock.</summary>
    /// <param name="folder">The folder to lock.</param>
    /// <param name="time">The clock for ages.</param>
    /// <param name="cancellationToken">Cancels the wait for other processes.</param>
    /// <param name="abandonedAfter">How long an owner on another machine may show no activity before it counts as gone.</param>
    /// <returns>The lock; or null and its owner, if known.</returns>
    internal static async Task<(RunLock? Lock, LockOwner? Holder)> TryAcquireAsync(
        string folder,
        TimeProvider time,
        CancellationToken cancellationToken,
        TimeSpan? abandonedAfter = null
    )
    {
        var ownerPath = Path.Combine(folder, "run.owner.json");
        var file = FileLock.TryAcquire(Path.Combine(folder, "run.lock"));
        if (file is null)
        {
            return (
                null,
                await WaitForOwnerAsync(ownerPath, TimeProvider.System, cancellationToken).ConfigureAwait(false) is { } owner
                    ? owner with
                    {
                        IsLocked = true,
                    }
                    : null
            );
        }

        try
        {
            var holder = await LockOwner.ReadAsync(ownerPath, cancellationToken).ConfigureAwait(false);
            if (
                holder is not null
                && holder.Machine != Environment.MachineName
                && time.GetUtcNow() - holder.LastSeen < (abandonedAfter ?? DefaultAbandonedAfter)
            )
            {
                file.Dispose();
                return (null, holder);
            }

            // An owner on this machine that no longer holds the lock has released it. Its file is deleted a moment later, because others
            // read it.
            var abandonedBy = holder is null || holder.IsAlive() ? null : holder;
            var acquired = new RunLock(ownerPath, time, file, abandonedBy);
            await acquired._owner.WriteAsync(ownerPath, cancellationToken).ConfigureAwait(false);
            return (acquired, null);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Shows other machines that the owner is still running.</summary>
    internal async Task HeartbeatAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (now - _owner.LastSeen >= BetweenHeartbeats)
        {
            _owner = _owner with { LastSeen = now };
            await _owner.WriteAsync(_ownerPath, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Releases the lock, even if the owner file cannot be deleted.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await SharedFile.DeleteAsync(_ownerPath, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next run reports that this one did not end normally, and continues.
        }
        finally
        {
            _file.Dispose();
        }
    }

    /// <summary>
    /// A process that has just acquired the lock may not have written the owner file yet, possibly replacing that of an ended process.
    /// </summary>
    /// <param name="ownerPath">The owner file.</param>
    /// <param name="time">The clock of the wait: the system clock, because the wait is for another process.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    internal static async Task<LockOwner?> WaitForOwnerAsync(string ownerPath, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var holder = await LockOwner.ReadAsync(ownerPath, cancellationToken).ConfigureAwait(false);
        while (holder?.HasEnded() != false && time.GetElapsedTime(start) < OwnerFileTimeout)
        {
            await time.DelayAsync(OwnerPollDelay, cancellationToken).ConfigureAwait(false);
            holder = await LockOwner.ReadAsync(ownerPath, cancellationToken).ConfigureAwait(false) ?? holder;
        }

        return holder;
    }
}
