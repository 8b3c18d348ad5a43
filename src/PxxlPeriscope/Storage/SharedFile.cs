using System.Runtime.InteropServices;
using PxxlPeriscope.Time;

namespace PxxlPeriscope.Storage;

/// <summary>
/// Operations on a file that other processes read, replace or delete at the same time. Unix permits them. Windows reports a sharing
/// violation to callers that do not share all access, and briefly also to those that do; this is temporary and retried here, so callers do
/// not see it.
/// </summary>
internal static class SharedFile
{
    private const FileShare All = FileShare.ReadWrite | FileShare.Delete;

    /// <summary>How long a virus scanner, backup program or editor is expected to keep a file open.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>Readers keep a file open only briefly. A file that is open for longer is replaced in another way.</summary>
    private static readonly TimeSpan LongestRename = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    /// <summary>How often to look for a file that another process may be replacing.</summary>
    private const int LooksForReplaced = 4;

    private static bool IsWindows { get; } = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    /// <summary>Opens a file so that other processes can still read, replace and delete it.</summary>
    internal static Task<FileStream> OpenAsync(string path, FileMode mode, FileAccess access, CancellationToken cancellationToken) =>
        RetryAsync(path, () => new FileStream(path, mode, access, All), cancellationToken);

    /// <summary>Reads the content of a file; null if it does not exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isExpected">Whether the file existed a moment ago. On Windows, File.Replace removes the name of the old file before it
    /// gives it to the new one.</param>
    /// <param name="cancellationToken">Cancels the wait for other processes.</param>
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

    /// <summary>Reads the rest of an open file.</summary>
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
    /// <returns>Whether the file existed.</returns>
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

    /// <summary>Renames a file to a name that must not exist.</summary>
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

    /// <summary>Replaces a file. Other processes see either the old or the new file, complete.</summary>
    internal static Task ReplaceAsync(string from, string to, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        return RetryAsync(
            to,
            () =>
            {
                if (IsWindows && File.Exists(to) && TimeProvider.System.GetElapsedTime(start) > LongestRename)
                {
                    // This works even while the old file is open, but its name does not exist for a moment.
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

    /// <summary>
    /// Whether an operation failed only because another process has the file open. There is no specific exception type, only error numbers.
    /// </summary>
    internal static bool IsInUse(Exception exception, string path) =>
        (exception.HResult, IsWindows) switch
        {
            // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION. A full disk must not be mistaken for them.
            (unchecked((int)0x80070020) or unchecked((int)0x80070021), _) => true,
            // EWOULDBLOCK on Linux and on macOS.
            (11 or 35, false) => true,
            // ERROR_UNABLE_TO_REMOVE_REPLACED and ERROR_UNABLE_TO_MOVE_REPLACEMENT(_2): ReplaceFile collided with another process.
            (unchecked((int)0x80070497) or unchecked((int)0x80070498) or unchecked((int)0x80070499), true) => true,
            // ERROR_ACCESS_DENIED is also returned for renaming over an open file, and for opening a file that was deleted but is still
            // open.
            (unchecked((int)0x80070005), true) => IsOrdinary(path),
            _ => false,
        };

    /// <summary>
    /// Replaces a file in one step, so that killing the process leaves the old or the new file. Windows rejects this while the old file is
    /// open, however it is shared.
    /// </summary>
    private static void Rename(string from, string to)
    {
#if NET
        File.Move(from, to, overwrite: true);
#else
        if (IsWindows)
        {
            // File.Move of the .NET Framework cannot replace a file.
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

    /// <summary>
    /// Retries while another process has the file open. The first attempt is made even if the token is canceled, because it may record
    /// something that has already happened.
    /// </summary>
    private static async Task<T> RetryAsync<T>(string path, Func<T> action, CancellationToken cancellationToken)
    {
        // The system clock, because the wait is for other processes.
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
                // The wait follows below.
            }

            await time.DelayAsync(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A read-only file or folder is a permanent error.</summary>
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
