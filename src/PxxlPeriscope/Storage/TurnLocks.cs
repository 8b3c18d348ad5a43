namespace PxxlPeriscope;

/// <summary>
/// Turns for things that have a name, across processes. The operating system gives a turn back when its process dies, so none is ever
/// left behind. Names share a fixed number of files: one for each name would have to be deleted, and deleting a file that another process is
/// about to lock gives both of them a lock.
/// </summary>
internal sealed class TurnLocks
{
    private const int Files = 64;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim[] _here = [.. Enumerable.Range(0, Files).Select(_ => new SemaphoreSlim(1))];

    internal TurnLocks(string folder, TimeProvider time)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _time = time;
    }

    /// <summary>Waits for the turn; disposing the result gives it back.</summary>
    internal async Task<IDisposable> TakeAsync(string name, CancellationToken cancellationToken)
    {
        var number = Number(name);
        await _here[number].WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                if (ExclusiveFile.TryOpen(PathOf(number)) is { } file)
                {
                    return new Turn(file, _here[number]);
                }

                await _time.DelayAsync(BetweenTries, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            _here[number].Release();
            throw;
        }
    }

    /// <summary>Whether another process has the turn at this moment; it may have given it back when this returns.</summary>
    internal bool IsTakenElsewhere(string name)
    {
        using var file = ExclusiveFile.TryOpen(PathOf(Number(name)));
        return file is null;
    }

    private static int Number(string name) => Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(name))[0] % Files;

    private string PathOf(int number) => Path.Combine(_folder, number.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));

    private sealed class Turn(FileStream file, SemaphoreSlim here) : IDisposable
    {
        public void Dispose()
        {
            file.Dispose();
            here.Release();
        }
    }
}
