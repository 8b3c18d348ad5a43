using PxxlPeriscope.Compatibility;

namespace PxxlPeriscope.Storage;

/// <summary>
/// Named locks between processes. The operating system releases a lock when its process ends, so none is left behind. The names share a
/// fixed number of files: one file per name would have to be deleted, and deleting a file that another process is about to lock would give
/// both processes a lock.
/// </summary>
internal sealed class KeyedFileLocks
{
    private const int Files = 64;

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly AsyncLock[] _semaphores = [.. Enumerable.Range(0, Files).Select(_ => new AsyncLock())];

    internal KeyedFileLocks(string folder, TimeProvider time)
    {
        _folder = DurableFile.CreateFolder(folder);
        _time = time;
    }

    /// <summary>Acquires the lock without a time limit. Disposing the result releases it.</summary>
    internal async Task<IDisposable> AcquireAsync(string key, CancellationToken cancellationToken)
    {
        var number = Number(key);
        var semaphore = await _semaphores[number].AcquireAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var file = await FileLock
                .AcquireAsync(PathOf(number), _time, cancellationToken, Timeout.InfiniteTimeSpan)
                .ConfigureAwait(false);
            return new KeyedLock(file, semaphore);
        }
        catch
        {
            semaphore.Dispose();
            throw;
        }
    }

    /// <summary>Whether another process holds the lock right now. It may already be released when this method returns.</summary>
    internal bool IsHeldElsewhere(string key)
    {
        using var file = FileLock.TryAcquire(PathOf(Number(key)));
        return file is null;
    }

    private static int Number(string key) => Hashing.Sha256(System.Text.Encoding.UTF8.GetBytes(key))[0] % Files;

    private string PathOf(int number) => Path.Combine(_folder, number.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));

    private sealed class KeyedLock(FileLock file, IDisposable here) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                file.Dispose();
            }
            finally
            {
                here.Dispose();
            }
        }
    }
}
