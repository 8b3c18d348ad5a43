namespace PxxlPeriscope;

/// <summary>Files that are there whole or not at all, whenever the process is killed, and that are never overwritten when damaged.</summary>
internal static class SafeFile
{
    private const string TemporaryMark = ".tmp";

    /// <summary>Writes under a temporary name, flushes to the disk, and only then gives the file its name.</summary>
    /// <exception cref="IOException">It cannot be written. What was there before is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    internal static void Write(string path, Action<Stream> write)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}{TemporaryMark}";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            Rename(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Gives a damaged file another name, one that nothing has yet; its content may be all that is left of something.</summary>
    /// <returns>The new name; null when another process has moved it first.</returns>
    internal static string? SetAside(string path, string why)
    {
        for (var number = 1; ; number++)
        {
            var aside = number == 1 ? $"{path}.{why}" : $"{path}.{why}-{number}";
            if (File.Exists(aside))
            {
                continue;
            }

            try
            {
                File.Move(path, aside);
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

    /// <summary>Finds out now whether files can be written there, rather than with the first one that matters.</summary>
    /// <exception cref="IOException">The folder is missing, read-only, or its disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    internal static void Probe(string folder)
    {
        // As large as what will be written: a full disk still takes an empty file.
        var probe = Path.Combine(folder, $".probe-{Guid.NewGuid():N}");
        Write(probe, file => file.Write(new byte[4096], 0, 4096));
        File.Delete(probe);
    }

    /// <summary>Removes what killed processes left half-written; only what is surely nobody's any more.</summary>
    internal static void RemoveLeftovers(string folder, DateTime utcNow)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*" + TemporaryMark))
        {
            if (utcNow - File.GetLastWriteTimeUtc(file) > TimeSpan.FromDays(1))
            {
                File.Delete(file);
            }
        }
    }

    private static void Rename(string temporary, string path)
    {
#if NET
        File.Move(temporary, path, overwrite: true);
#else
        try
        {
            File.Move(temporary, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Replace(temporary, path, null);
        }
#endif
    }
}
