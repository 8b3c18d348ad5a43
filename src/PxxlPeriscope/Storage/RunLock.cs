using PxxlPeriscope.Time;

namespace PxxlPeriscope.Storage;

/// <summary>
/// Keeps two runs on one folder apart. The operating system gives the lock of a dead process back at once. Where a network folder's locks do
/// not reach other machines, an owner on another machine is believed for as long as it was seen lately.
/// </summary>
internal sealed class RunLock : IAsyncDisposable
{
    private static readonly TimeSpan RemoteOwnerTimeout = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan BetweenHeartbeats = TimeSpan.FromMinutes(1);
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

    /// <summary>Who died with the lock in hand before; null when the last run ended in order.</summary>
    internal LockOwner? AbandonedBy { get; }

    /// <summary>Acquires the lock.</summary>
    /// <param name="folder">What is locked.</param>
    /// <param name="time">For ages.</param>
    /// <param name="cancellationToken">Ends the waiting for other processes.</param>
    /// <returns>The lock; or null and who has it, as far as that is known.</returns>
    internal static async Task<(RunLock? Lock, LockOwner? Holder)> TryAcquireAsync(
        string folder,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var ownerPath = Path.Combine(folder, "run.owner.json");
        var file = FileLock.TryAcquire(Path.Combine(folder, "run.lock"));
        if (file is null)
        {
            return (null, await WaitForOwnerAsync(ownerPath, TimeProvider.System, cancellationToken).ConfigureAwait(false));
        }

        try
        {
            var holder = await LockOwner.ReadAsync(ownerPath, cancellationToken).ConfigureAwait(false);
            if (holder is not null && holder.Machine != Environment.MachineName && time.GetUtcNow() - holder.LastSeen < RemoteOwnerTimeout)
            {
                file.Dispose();
                return (null, holder);
            }

            // Whoever runs on this machine without the lock has freed it: its note goes a moment later where others read it.
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

    /// <summary>Shows other machines that the owner lives.</summary>
    internal async Task HeartbeatAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (now - _owner.LastSeen >= BetweenHeartbeats)
        {
            _owner = _owner with { LastSeen = now };
            await _owner.WriteAsync(_ownerPath, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Frees the lock, whatever becomes of the note about its owner.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await SharedFile.DeleteAsync(_ownerPath, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next run says that this one did not end in order, and goes on.
        }
        finally
        {
            _file.Dispose();
        }
    }

    /// <summary>Who acquired it a moment ago has not written its name yet, perhaps over that of a dead one.</summary>
    /// <param name="ownerPath">The note about the owner.</param>
    /// <param name="time">The clock of the waiting: the system's, since it is another process that is waited for.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
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
