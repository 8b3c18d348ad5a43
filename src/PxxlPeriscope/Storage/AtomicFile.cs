namespace PxxlPeriscope.Storage;

/// <summary>
/// Writes files that are complete or absent even if the process is killed or the power fails. Damaged files are never overwritten.
/// </summary>
internal static class AtomicFile
{
    private const string TemporaryMark = ".tmp";

    /// <summary>
    /// Writes to a temporary file, flushes it to the disk, and then renames it. The rename is on the disk too when this method returns.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written. An existing file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">Same as above.</exception>
    /// <exception cref="OperationCanceledException">The wait for another process was canceled. An existing file is unchanged.</exception>
    internal static async Task WriteAsync(string path, Action<Stream> write, CancellationToken cancellationToken)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}{TemporaryMark}";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(file);
                DurableFile.Flush(file);
            }

            await SharedFile.ReplaceAsync(temporary, path, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await TryDeleteAsync(temporary).ConfigureAwait(false);
            throw;
        }

        DurableFile.FlushFolder(FolderOf(path));
    }

    /// <summary>
    /// Creates a file that must not exist yet. Its content is complete and flushed before the file gets its name. The name is on disk
    /// only after the folder is flushed, which is left to the caller, because several callers can share one flush.
    /// </summary>
    /// <returns>False if a file with that name exists.</returns>
    internal static async Task<bool> TryCreateAsync(
        string path,
        Action<Stream> write,
        DateTime lastWriteUtc,
        CancellationToken cancellationToken
    )
    {
        var temporary = $"{path}.{Guid.NewGuid():N}{TemporaryMark}";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(file);
#if NET
                // After the buffered data is written, which would change the time again, and before the flush to disk.
                file.Flush();
                File.SetLastWriteTimeUtc(file.SafeFileHandle, lastWriteUtc);
#endif
                DurableFile.Flush(file);
            }

#if !NET
            File.SetLastWriteTimeUtc(temporary, lastWriteUtc);
#endif
            await SharedFile.MoveAsync(temporary, path, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception)
        {
            await TryDeleteAsync(temporary).ConfigureAwait(false);
            if (exception is IOException && File.Exists(path))
            {
                return false;
            }

            throw;
        }
    }

    /// <summary>Renames a damaged file to an unused name, because it may contain the only copy of some data.</summary>
    /// <returns>The new name; null if another process renamed the file first.</returns>
    internal static async Task<string?> QuarantineAsync(string path, string why, CancellationToken cancellationToken)
    {
        while (true)
        {
            var aside = FreeName(path, why);
            try
            {
                await SharedFile.MoveAsync(path, aside, cancellationToken).ConfigureAwait(false);
                DurableFile.FlushFolder(FolderOf(path));
                return aside;
            }
            catch (FileNotFoundException)
            {
                return null;
            }
            catch (IOException) when (File.Exists(aside) && File.Exists(path))
            {
                // Another process has just taken that name.
            }
        }
    }

    /// <summary>Returns an unused name next to a damaged file.</summary>
    internal static string FreeName(string path, string why)
    {
        var name = $"{path}.{why}";
        for (var number = 2; File.Exists(name) || Directory.Exists(name); number++)
        {
            name = $"{path}.{why}-{number}";
        }

        return name;
    }

    /// <summary>Checks whether files can be written to a folder, before the first important one.</summary>
    /// <exception cref="IOException">The folder is missing, read-only, or its disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    internal static void Probe(string folder)
    {
        // Not empty, because an empty file can be created even on a full disk. The file is deleted when it is closed, even if another
        // process has it open. On Unix, killing this process leaves it behind as a leftover.
        using var probe = new FileStream(
            Path.Combine(folder, $".probe-{Guid.NewGuid():N}{TemporaryMark}"),
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.ReadWrite | FileShare.Delete,
            4096,
            FileOptions.DeleteOnClose
        );
        probe.Write(new byte[4096], 0, 4096);
        DurableFile.Flush(probe);
    }

    /// <summary>Deletes incomplete files of killed processes once they are certainly no longer in use.</summary>
    internal static async Task RemoveLeftoversAsync(string folder, DateTime utcNow, CancellationToken cancellationToken)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*" + TemporaryMark).ToList())
        {
            if (utcNow - File.GetLastWriteTimeUtc(file) > TimeSpan.FromDays(1))
            {
                await SharedFile.DeleteAsync(file, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    /// <summary>Errors are ignored, so that they do not hide the original one. The file is deleted later, as a leftover.</summary>
    private static async Task TryDeleteAsync(string temporary)
    {
        try
        {
            await SharedFile.DeleteAsync(temporary, new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OperationCanceledException) { }
    }
}
