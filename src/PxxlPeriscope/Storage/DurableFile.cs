using System.Runtime.InteropServices;

namespace PxxlPeriscope.Storage;

/// <summary>
/// Makes what was written survive a loss of power, and not only the end of the process. Everything that this project acknowledges goes
/// through here: the content of a file by <see cref="Flush"/>, its name by <see cref="FlushFolder"/>.
/// </summary>
internal static class DurableFile
{
    /// <summary>Told the path of each file and folder once it is on the disk, so that a test can see that nothing is acknowledged before.</summary>
    internal static event Action<string>? Flushed;

    /// <summary>Writes the content of an open file to the disk.</summary>
    internal static void Flush(FileStream file)
    {
        file.Flush(flushToDisk: true);
        Flushed?.Invoke(file.Name);
    }

    /// <summary>Writes the names in a folder to the disk: of a file that was flushed but not named there, a crash leaves nothing.</summary>
    /// <returns>False where the system has no such call, as Windows, whose file systems log names themselves.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    internal static bool FlushFolder(string folder)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows) || !UnixFolder.Flush(folder))
        {
            return false;
        }

        Flushed?.Invoke(folder);
        return true;
    }

    /// <summary>Makes a folder, with those above it that are missing.</summary>
    /// <returns>Its full path.</returns>
    internal static string CreateFolder(string folder)
    {
        var full = Path.GetFullPath(folder);
        var parents = new List<string>();
        for (var missing = full; !Directory.Exists(missing) && Path.GetDirectoryName(missing) is { } parent; missing = parent)
        {
            parents.Add(parent);
        }

        Directory.CreateDirectory(full);
        parents.ForEach(parent => FlushFolder(parent));
        return full;
    }

    /// <summary>The system's own calls, since .NET opens no folder: File.OpenHandle refuses one, and FileStream too.</summary>
    private static class UnixFolder
    {
        private const int ReadOnly = 0;
        private const int AccessDenied = 13;
        private const int InvalidArgument = 22;
        private const int ReadOnlyFileSystem = 30;

        /// <summary>O_CLOEXEC, so that no program that is started at this moment inherits the folder.</summary>
        private static readonly int CloseOnExec =
            RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? 0x80000
            : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? 0x1000000
            : 0;

        /// <summary>ENOTSUP on Linux and on macOS.</summary>
        private static readonly int NotSupported = RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? 95 : 45;

        /// <returns>False where its file system knows no such thing, or it may be written but not read.</returns>
        internal static bool Flush(string folder)
        {
            // As bytes: .NET Standard has no marshalling of UTF-8.
            var path = System.Text.Encoding.UTF8.GetBytes(Path.GetFullPath(folder) + '\0');
            var descriptor = Open(path, ReadOnly | CloseOnExec);
            if (descriptor < 0)
            {
                return Marshal.GetLastWin32Error() is var refused && refused == AccessDenied ? false : throw Failed(folder, refused);
            }

            var error = FSync(descriptor) == 0 ? 0 : Marshal.GetLastWin32Error();
            _ = Close(descriptor);
            return error == 0
                || (error is InvalidArgument or ReadOnlyFileSystem || error == NotSupported ? false : throw Failed(folder, error));
        }

        private static IOException Failed(string folder, int error) =>
            new($"The folder '{folder}' cannot be written to the disk (error {error}).", error);

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Open(byte[] path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int FSync(int descriptor);

        [DllImport("libc", EntryPoint = "close")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Close(int descriptor);
    }
}
