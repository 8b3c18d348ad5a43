namespace PxxlPeriscope;

/// <summary>
/// An event in the inbox. Whoever deals with it later than at once claims it, and then says when it is done; until then it stays,
/// and comes again after a restart.
/// </summary>
internal sealed class KeptEvent(string path)
{
    private int _isClaimed;

    public string Path { get; } = path;

    public bool IsClaimed => Volatile.Read(ref _isClaimed) != 0;

    public void Claim() => Volatile.Write(ref _isClaimed, 1);

    /// <summary>Dealt with for good. Already gone is fine: another process may have dealt with it too.</summary>
    public Task DoneAsync(CancellationToken cancellationToken) => SharedFile.DeleteAsync(Path, cancellationToken);

    /// <summary>Out of the way for good, but not lost: it would fail again after each restart.</summary>
    public Task SetAsideAsync(string why, CancellationToken cancellationToken) =>
        File.Exists(Path) ? AtomicFile.SetAsideAsync(Path, why, cancellationToken) : Task.CompletedTask;
}
