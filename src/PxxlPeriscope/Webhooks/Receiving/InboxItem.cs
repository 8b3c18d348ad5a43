using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// An event in the inbox. A consumer that finishes later claims the event, and then calls <see cref="CompleteAsync"/>, <see
/// cref="QuarantineAsync"/> or <see cref="Release"/>. Until then the event stays in the inbox, and is delivered again after a restart.
/// </summary>
public sealed class InboxItem
{
    private readonly InboxQueue? _queue;
    private int _isClaimed;

    /// <param name="path">The file of the event.</param>
    /// <param name="queue">The queue that delivers a released event again while the receiver runs; null if there is none.</param>
    internal InboxItem(string path, InboxQueue? queue = null) => (Path, _queue) = (path, queue);

    /// <summary>The file of the event.</summary>
    public string Path { get; }

    internal bool IsClaimed => Volatile.Read(ref _isClaimed) != 0;

    internal void Claim() => Volatile.Write(ref _isClaimed, 1);

    /// <summary>
    /// Removes the event after it was processed. The file may already be gone, because another process may have processed it too.
    /// </summary>
    public Task CompleteAsync(CancellationToken cancellationToken)
    {
        // Before the file is deleted: if the same event arrived in between, it would be stored but never delivered.
        _queue?.Complete(Path);
        return SharedFile.DeleteAsync(Path, cancellationToken);
    }

    /// <summary>Moves the event aside permanently without losing it, because it would fail again after each restart.</summary>
    public Task QuarantineAsync(string why, CancellationToken cancellationToken)
    {
        _queue?.Complete(Path);
        return File.Exists(Path) ? AtomicFile.QuarantineAsync(Path, why, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>
    /// Returns an event that was not processed. It is delivered again as a new item after a delay, or after a restart if the receiver has
    /// stopped.
    /// </summary>
    public void Release() => _queue?.Retry(Path);
}
