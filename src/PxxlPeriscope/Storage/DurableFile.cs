using System.Runtime.InteropServices;

namespace PxxlPeriscope.Storage;

/// <summary>
/// Ensures that written data survives a loss of power, not just the end of the process. Everything that this project acknowledges uses it:
/// <see cref="Flush"/> for the content of a file and <see cref="FlushFolder"/> for its name.
/// </summary>
internal static class DurableFile
{
    /// <summary>
    /// Raised with the path of each file and folder once it is on the disk, so that tests can verify that nothing is acknowledged earlier.
    /// </summary>
    internal static event Action<string>? Flushed;

    /// <summary>Flushes the content of an open file to the disk.</summary>
    internal static void Flush(FileStream file)
    {
        file.Flush(flushToDisk: true);
        Flushed?.Invoke(file.Name);
    }

    /// <summary>
    /// Flushes the names in a folder to the disk. Without this a crash can lose a file even though its content was flushed.
    /// </summary>
    /// <returns>False if the system has no such call. Windows does not need it, because its file systems journal names.</returns>
    /// <exception cref="IOException">The disk reports an error.</exception>
    internal static bool FlushFolder(string folder)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows) || !UnixFolder.Flush(folder))
        {
            return false;
        }

        Flushed?.Invoke(folder);
        return true;
    }

    /// <summary>Creates a folder and its missing parents.</summary>
    /// <returns>The full path of the folder.</returns>
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

    /// <summary>Calls the system directly, because .NET cannot open a folder: File.OpenHandle and FileStream reject it.</summary>
    private static class UnixFolder
    {
        private const int ReadOnly = 0;
        private const int AccessDenied = 13;
        private const int InvalidArgument = 22;
        private const int ReadOnlyFileSystem = 30;

        /// <summary>O_CLOEXEC, so that a program started at the same time does not inherit the folder.</summary>
        private static readonly int CloseOnExec =
            RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? 0x80000
            : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? 0x1000000
            : 0;

        /// <summary>ENOTSUP on Linux and on macOS.</summary>
        private static readonly int NotSupported = RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? 95 : 45;

        /// <returns>False if the file system does not support this, or the folder can be written but not read.</returns>
        internal static bool Flush(string folder)
        {
            // As bytes, because .NET Standard cannot marshal UTF-8.
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
