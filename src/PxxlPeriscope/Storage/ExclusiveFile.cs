using System.Diagnostics;

namespace PxxlPeriscope;

/// <summary>A file that one process at a time has open, for moments: that is what keeps two from changing it at once.</summary>
internal static class ExclusiveFile
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    /// <summary>Opens the file for this process alone, making it when it is not there.</summary>
    /// <exception cref="IOException">It cannot be opened, or another process holds it for too long.</exception>
    internal static FileStream Open(string path)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException busy) when (IsBusy(busy) && watch.Elapsed < LongestWait)
            {
                Thread.Sleep(BetweenTries);
            }
            catch (UnauthorizedAccessException denied)
            {
                throw new IOException(denied.Message, denied);
            }
        }
    }

    /// <summary>Opens the file for this process alone; null when another has it.</summary>
    /// <exception cref="IOException">It cannot be opened for another reason.</exception>
    internal static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException busy) when (IsBusy(busy))
        {
            return null;
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException(denied.Message, denied);
        }
    }

    /// <summary>A file that is open elsewhere has no exception of its own, only an error number: ERROR_SHARING_VIOLATION and
    /// ERROR_LOCK_VIOLATION on Windows, EWOULDBLOCK on Linux and on macOS. A full disk must not be mistaken for it.</summary>
    private static bool IsBusy(IOException exception) => exception.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021) or 11 or 35;
}
