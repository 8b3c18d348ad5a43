using PxxlPeriscope.Time;

namespace PxxlPeriscope.Storage;

/// <summary>
/// A file that only one process at a time can open, used as a lock between processes. The operating system releases it when the process
/// ends.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    private FileLock(FileStream file) => File = file;

    /// <summary>The file, for use by callers that store data in it.</summary>
    internal FileStream File { get; }

    /// <summary>
    /// Opens the file exclusively and creates it if it does not exist. A free lock is acquired even if the token is canceled; cancellation
    /// only ends the wait.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock for the wait.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <param name="limit">The maximum wait; 10 seconds by default.</param>
    /// <exception cref="IOException">The file cannot be opened, or another process holds it for too long.</exception>
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

    /// <summary>Opens the file exclusively; null if another process has it open.</summary>
    /// <exception cref="IOException">The file cannot be opened for another reason.</exception>
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
