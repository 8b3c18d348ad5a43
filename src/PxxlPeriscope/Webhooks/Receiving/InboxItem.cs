using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// An event in the inbox. Whoever deals with it later than at once claims it, and then says when it is done; until then it stays,
/// and comes again after a restart.
/// </summary>
internal sealed class InboxItem(string path)
{
    private int _isClaimed;

    public string Path { get; } = path;

    public bool IsClaimed => Volatile.Read(ref _isClaimed) != 0;

    public void Claim() => Volatile.Write(ref _isClaimed, 1);

    /// <summary>Dealt with for good. Already gone is fine: another process may have dealt with it too.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken) => SharedFile.DeleteAsync(Path, cancellationToken);

    /// <summary>Out of the way for good, but not lost: it would fail again after each restart.</summary>
    public Task QuarantineAsync(string why, CancellationToken cancellationToken) =>
        File.Exists(Path) ? AtomicFile.QuarantineAsync(Path, why, cancellationToken) : Task.CompletedTask;
}
