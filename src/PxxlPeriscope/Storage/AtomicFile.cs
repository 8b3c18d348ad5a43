namespace PxxlPeriscope.Storage;

/// <summary>Files that are there whole or not at all, whenever the process is killed or the power fails, and that are never overwritten when damaged.</summary>
internal static class AtomicFile
{
    private const string TemporaryMark = ".tmp";

    /// <summary>Writes under a temporary name, flushes to the disk, and only then gives the file its name, which is on the disk too when this returns.</summary>
    /// <exception cref="IOException">It cannot be written. What was there before is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    /// <exception cref="OperationCanceledException">Another process was in the way. As above.</exception>
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

    /// <summary>Gives a damaged file another name, one that nothing has yet; its content may be all that is left of something.</summary>
    /// <returns>The new name; null when another process has moved it first.</returns>
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
                // Another process took that name a moment ago.
            }
        }
    }

    /// <summary>A name beside a file, for what is damaged in it, that nothing has yet.</summary>
    internal static string FreeName(string path, string why)
    {
        var name = $"{path}.{why}";
        for (var number = 2; File.Exists(name) || Directory.Exists(name); number++)
        {
            name = $"{path}.{why}-{number}";
        }

        return name;
    }

    /// <summary>Finds out now whether files can be written there, rather than with the first one that matters.</summary>
    /// <exception cref="IOException">The folder is missing, read-only, or its disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    internal static void Probe(string folder)
    {
        // As large as what will be written: a full disk still takes an empty file. It is deleted when it is closed, whoever looks at it; on Unix a kill leaves it as a leftover.
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

    /// <summary>Removes what killed processes left half-written; only what is surely nobody's any more.</summary>
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

    /// <summary>What cannot be removed now is removed as a leftover later, and must not hide why it is one.</summary>
    private static async Task TryDeleteAsync(string temporary)
    {
        try
        {
            await SharedFile.DeleteAsync(temporary, new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OperationCanceledException) { }
    }
}
