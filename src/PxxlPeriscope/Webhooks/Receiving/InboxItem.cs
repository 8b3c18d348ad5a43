using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// An event in the inbox. A consumer that finishes later claims the event, and then calls <see cref="CompleteAsync"/>, <see
/// cref="QuarantineAsync"/> or <see cref="Release"/>. Until then the event stays in the inbox, and is delivered again after a restart.
/// </summary>
/// <param name="path">The file of the event.</param>
/// <param name="queue">The queue that delivers a released event again while the receiver runs; null if there is none.</param>
internal sealed class InboxItem(string path, InboxQueue? queue = null)
{
    private int _isClaimed;

    public string Path { get; } = path;

    public bool IsClaimed => Volatile.Read(ref _isClaimed) != 0;

    public void Claim() => Volatile.Write(ref _isClaimed, 1);

    /// <summary>
    /// Removes the event after it was processed. The file may already be gone, because another process may have processed it too.
    /// </summary>
    public Task CompleteAsync(CancellationToken cancellationToken)
    {
        // Before the file is deleted: if the same event arrived in between, it would be stored but never delivered.
        queue?.Complete(Path);
        return SharedFile.DeleteAsync(Path, cancellationToken);
    }

    /// <summary>Moves the event aside permanently without losing it, because it would fail again after each restart.</summary>
    public Task QuarantineAsync(string why, CancellationToken cancellationToken)
    {
        queue?.Complete(Path);
        return File.Exists(Path) ? AtomicFile.QuarantineAsync(Path, why, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>
    /// Returns an event that was not processed. It is delivered again as a new item after a delay, or after a restart if the receiver has
    /// stopped.
    /// </summary>
    public void Release() => queue?.Retry(Path);
}
