using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// An event in the inbox. Whoever deals with it later than at once claims it, and then says how that ended: <see cref="CompleteAsync"/>,
/// <see cref="QuarantineAsync"/> or <see cref="Release"/>. Until then it stays, and comes again after a restart.
/// </summary>
/// <param name="path">Its file.</param>
/// <param name="queue">Where it comes again from while its receiver runs; null for none.</param>
internal sealed class InboxItem(string path, InboxQueue? queue = null)
{
    private int _isClaimed;

    public string Path { get; } = path;

    public bool IsClaimed => Volatile.Read(ref _isClaimed) != 0;

    public void Claim() => Volatile.Write(ref _isClaimed, 1);

    /// <summary>Dealt with for good. Already gone is fine: another process may have dealt with it too.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken)
    {
        // Before its file is gone: if the same event came between, it would be kept and nobody would hand it on.
        queue?.Complete(Path);
        return SharedFile.DeleteAsync(Path, cancellationToken);
    }

    /// <summary>Out of the way for good, but not lost: it would fail again after each restart.</summary>
    public Task QuarantineAsync(string why, CancellationToken cancellationToken)
    {
        queue?.Complete(Path);
        return File.Exists(Path) ? AtomicFile.QuarantineAsync(Path, why, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Not dealt with now: it comes again after a delay, as a new item, while its receiver runs, and else after a restart.</summary>
    public void Release() => queue?.Retry(Path);
}
