using PxxlPeriscope.Time;

namespace PxxlPeriscope.Storage;

/// <summary>A file that one process at a time has open: that is what keeps two from changing something at once. The operating system frees it with its process.</summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    private FileLock(FileStream file) => File = file;

    /// <summary>The file itself, for whoever keeps something in it.</summary>
    internal FileStream File { get; }

    /// <summary>Opens the file for this process alone, making it when it is not there. A free lock is acquired also when that is cancelled; only waiting ends then.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock of the waiting.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="limit">How long to wait: 10 seconds, unless told otherwise.</param>
    /// <exception cref="IOException">It cannot be opened, or another process holds it for too long.</exception>
    internal static async Task<FileLock> AcquireAsync(
        string path,
        TimeProvider time,
        CancellationToken cancellationToken,
        TimeSpan? limit = null
    )
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (TryAcquire(path) is { } acquired)
            {
                return acquired;
            }

            if (limit != Timeout.InfiniteTimeSpan && time.GetElapsedTime(start) >= (limit ?? LongestWait))
            {
                throw new IOException($"Another process holds '{path}'.");
            }

            await time.DelayAsync(BetweenTries, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Opens the file for this process alone; null when another has it.</summary>
    /// <exception cref="IOException">It cannot be opened for another reason.</exception>
    internal static FileLock? TryAcquire(string path)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (SharedFile.IsInUse(exception, path))
        {
            return null;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    public void Dispose() => File.Dispose();
}
