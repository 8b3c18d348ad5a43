using System.Runtime.InteropServices;
using PxxlPeriscope.Time;

namespace PxxlPeriscope.Storage;

/// <summary>
/// What is done to a file that other processes read, replace or delete at the same time. Unix lets them. Windows refuses with a sharing violation
/// whoever does not share all of it, and for a moment also those who do; that passes, and is tried again here, so that it is no error anywhere else.
/// </summary>
internal static class SharedFile
{
    private const FileShare All = FileShare.ReadWrite | FileShare.Delete;

    /// <summary>As long as a virus scanner, a backup or an editor can be expected to have a file open.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>Readers have a file open for moments; who has it open for longer is worked around.</summary>
    private static readonly TimeSpan LongestRename = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    /// <summary>How often a file is looked for that another process may be replacing.</summary>
    private const int LooksForReplaced = 4;

    private static bool IsWindows { get; } = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    /// <summary>Opens a file, keeping nobody from reading, replacing or deleting it.</summary>
    internal static Task<FileStream> OpenAsync(string path, FileMode mode, FileAccess access, CancellationToken cancellationToken) =>
        RetryAsync(path, () => new FileStream(path, mode, access, All), cancellationToken);

    /// <summary>The content of a file; null when there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isExpected">Whether it was there a moment ago. File.Replace on Windows takes the old file's name away before it gives it to the new one.</param>
    /// <param name="cancellationToken">Ends the waiting for other processes.</param>
    internal static async Task<byte[]?> ReadAsync(string path, bool isExpected, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            try
            {
                using var file = await OpenAsync(path, FileMode.Open, FileAccess.Read, cancellationToken).ConfigureAwait(false);
                return ReadToEnd(file);
            }
            catch (FileNotFoundException) when (!IsWindows || !isExpected || look == LooksForReplaced)
            {
                return null;
            }
            catch (FileNotFoundException)
            {
                await TimeProvider.System.DelayAsync(ShortestPause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What is left of an open file.</summary>
    internal static byte[] ReadToEnd(FileStream file)
    {
        var bytes = new byte[Math.Max(0, file.Length - file.Position)];
        var count = 0;
        for (int read; count < bytes.Length && (read = file.Read(bytes, count, bytes.Length - count)) > 0; )
        {
            count += read;
        }

        Array.Resize(ref bytes, count);
        return bytes;
    }

    /// <summary>Deletes a file.</summary>
    /// <returns>Whether it was there.</returns>
    internal static Task<bool> DeleteAsync(string path, CancellationToken cancellationToken) =>
        RetryAsync(
            path,
            () =>
            {
                var isThere = File.Exists(path);
                File.Delete(path);
                return isThere;
            },
            cancellationToken
        );

    /// <summary>Gives a file another name, which nothing must have.</summary>
    internal static Task MoveAsync(string from, string to, CancellationToken cancellationToken) =>
        RetryAsync(
            from,
            () =>
            {
                File.Move(from, to);
                return true;
            },
            cancellationToken
        );

    /// <summary>Gives a file the name of another one, which is gone then; whoever looks finds one of the two, whole.</summary>
    internal static Task ReplaceAsync(string from, string to, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        return RetryAsync(
            to,
            () =>
            {
                if (IsWindows && File.Exists(to) && TimeProvider.System.GetElapsedTime(start) > LongestRename)
                {
                    // Works also while somebody keeps the old one open, but takes its name away for a moment.
                    File.Replace(from, to, destinationBackupFileName: null, ignoreMetadataErrors: true);
                }
                else
                {
                    Rename(from, to);
                }

                return true;
            },
            cancellationToken
        );
    }

    /// <summary>Whether something is refused only because another process has the file open now. There is no exception of its own for that, only error numbers.</summary>
    internal static bool IsInUse(Exception exception, string path) =>
        (exception.HResult, IsWindows) switch
        {
            // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION. A full disk must not be mistaken for them.
            (unchecked((int)0x80070020) or unchecked((int)0x80070021), _) => true,
            // EWOULDBLOCK on Linux and on macOS.
            (11 or 35, false) => true,
            // ERROR_UNABLE_TO_REMOVE_REPLACED and ERROR_UNABLE_TO_MOVE_REPLACEMENT(_2): ReplaceFile met another process.
            (unchecked((int)0x80070497) or unchecked((int)0x80070498) or unchecked((int)0x80070499), true) => true,
            // ERROR_ACCESS_DENIED is also how Windows refuses to rename over an open file, and to open one that is deleted but open elsewhere.
            (unchecked((int)0x80070005), true) => IsOrdinary(path),
            _ => false,
        };

    /// <summary>In one step, so that a kill leaves the old one or the new one. Windows refuses it while anybody has the old one open, whatever they share.</summary>
    private static void Rename(string from, string to)
    {
#if NET
        File.Move(from, to, overwrite: true);
#else
        if (IsWindows)
        {
            // The .NET Framework's own File.Move replaces nothing.
            const int ReplaceExisting = 1,
                WriteThrough = 8;
            if (!MoveFileEx(from, to, ReplaceExisting | WriteThrough))
            {
                throw new IOException($"'{to}' cannot be replaced.", Marshal.GetHRForLastWin32Error());
            }

            return;
        }

        try
        {
            File.Move(from, to);
        }
        catch (IOException) when (File.Exists(to))
        {
            File.Replace(from, to, destinationBackupFileName: null);
        }
#endif
    }

#if !NET
    [DllImport("kernel32", EntryPoint = "MoveFileExW", CharSet = CharSet.Unicode, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern bool MoveFileEx(string from, string to, int flags);
#endif

    /// <summary>Tries again while another process is in the way. What can be done at once is done even when it is cancelled: it may be the note of what has happened.</summary>
    private static async Task<T> RetryAsync<T>(string path, Func<T> action, CancellationToken cancellationToken)
    {
        // The system's clock: it is other processes that are waited for.
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        for (var pause = ShortestPause; ; pause = pause + pause < LongestPause ? pause + pause : LongestPause)
        {
            try
            {
                return action();
            }
            catch (Exception exception) when (IsInUse(exception, path) && time.GetElapsedTime(start) < LongestWait)
            {
                // Waited for below.
            }

            await time.DelayAsync(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A folder and a file that may not be written are refused for good.</summary>
    private static bool IsOrdinary(string path)
    {
        try
        {
            return (File.GetAttributes(path) & (FileAttributes.Directory | FileAttributes.ReadOnly)) == 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
