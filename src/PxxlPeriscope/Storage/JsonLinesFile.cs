using System.Text.Json;

namespace PxxlPeriscope.Storage;

/// <summary>
/// A file of JSON lines that several processes append to and read. Each line is complete or, after a process was killed, absent. The first
/// line contains the version of the format and a mark by which other processes detect that the file was rewritten.
/// </summary>
/// <param name="path">The file. It is created with the first line.</param>
/// <param name="version">The version of the line format.</param>
/// <param name="take">Processes a line that this or another process has added, and returns false if it is not valid.</param>
/// <param name="forget">Called before the whole file is read again.</param>
/// <param name="tooNew">Creates the error for a file of a newer version.</param>
internal sealed class JsonLinesFile(string path, int version, Func<JsonElement, bool> take, Action forget, Func<Exception> tooNew)
{
    private readonly AsyncLock _here = new();
    private string? _mark;
    private long _length;

    /// <summary>The number of lines, including superseded ones.</summary>
    internal int Count { get; private set; }

    /// <summary>Reads the file without changing anything, even in a read-only folder.</summary>
    internal async Task OpenReadOnlyAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(path) && await SharedFile.ReadAsync(path, isExpected: true, cancellationToken).ConfigureAwait(false) is { } bytes)
        {
            Read(bytes);
        }
    }

    /// <summary>Reads the file, and rewrites it if it is damaged or too long, all under one lock.</summary>
    /// <param name="isDue">Called after everything was read. Returns whether the file is longer than necessary.</param>
    /// <param name="lines">Returns the lines to write in that case.</param>
    /// <param name="cancellationToken">Cancels the wait for other processes.</param>
    /// <returns>The name of the copy that was made of a file with invalid lines; its valid lines were processed.</returns>
    internal Task<string?> OpenAsync(
        Func<bool> isDue,
        Func<IEnumerable<Action<Utf8JsonWriter>>> lines,
        CancellationToken cancellationToken
    ) =>
        LockedAsync(
            async () =>
            {
                if (
                    !File.Exists(path)
                    || await SharedFile.ReadAsync(path, isExpected: true, cancellationToken).ConfigureAwait(false) is not { } bytes
                )
                {
                    return null;
                }

                string? aside = null;
                if (Read(bytes))
                {
                    // A copy, and made first: if the process is killed, the valid lines are still in one of the two files.
                    aside = AtomicFile.FreeName(path, "damaged");
                    await AtomicFile.WriteAsync(aside, copy => copy.Write(bytes, 0, bytes.Length), cancellationToken).ConfigureAwait(false);
                }

                if (aside is not null || isDue())
                {
                    await RewriteAsync(lines(), cancellationToken).ConfigureAwait(false);
                }

                return aside;
            },
            cancellationToken
        );

    /// <summary>Processes the lines that other processes have added.</summary>
    internal Task ReadNewLinesAsync(CancellationToken cancellationToken) =>
        AloneHereAsync(
            async () =>
            {
                if (await HasChangedAsync(cancellationToken).ConfigureAwait(false))
                {
                    using var turn = await AcquireAsync(cancellationToken).ConfigureAwait(false);
                    await CatchUpAsync(cancellationToken).ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken
        );

    /// <summary>Appends a line. It survives the end of the process once this method returns.</summary>
    /// <param name="write">Writes the line.</param>
    /// <param name="isDurable">Whether the line must also survive a loss of power.</param>
    /// <param name="cancellationToken">Cancels the wait for other processes.</param>
    internal Task AppendAsync(Action<Utf8JsonWriter> write, bool isDurable, CancellationToken cancellationToken) =>
        LockedAsync(
            async () =>
            {
                await CatchUpAsync(cancellationToken).ConfigureAwait(false);
                var isNew = _length == 0;
                using var file = await SharedFile
                    .OpenAsync(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, cancellationToken)
                    .ConfigureAwait(false);
                // Removes the incomplete line of a killed process. No other process holds the lock.
                file.SetLength(_length);
                file.Position = _length;
                var line = JsonLine.Write(write);
                var bytes = isNew ? [.. Header(), .. line] : line;
                file.Write(bytes, 0, bytes.Length);
                if (isDurable)
                {
                    DurableFile.Flush(file);
                }

                if (isNew)
                {
                    DurableFile.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
                }

                _length = file.Position;
                Count++;
                return true;
            },
            cancellationToken
        );

    /// <summary>
    /// Processes the lines that other processes have added, and rewrites the file with the specified lines, all under one lock.
    /// </summary>
    /// <param name="lines">Returns the lines. Called after everything was read.</param>
    /// <param name="cancellationToken">Cancels the wait for other processes.</param>
    internal Task CompactAsync(Func<IEnumerable<Action<Utf8JsonWriter>>> lines, CancellationToken cancellationToken) =>
        LockedAsync(
            async () =>
            {
                await CatchUpAsync(cancellationToken).ConfigureAwait(false);
                await RewriteAsync(lines(), cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken
        );

    private async Task RewriteAsync(IEnumerable<Action<Utf8JsonWriter>> lines, CancellationToken cancellationToken)
    {
        var before = (_mark, _length, Count);
        try
        {
            await AtomicFile
                .WriteAsync(
                    path,
                    file =>
                    {
                        var header = Header();
                        file.Write(header, 0, header.Length);
                        Count = 0;
                        foreach (var line in lines.Select(JsonLine.Write))
                        {
                            file.Write(line, 0, line.Length);
                            Count++;
                        }

                        _length = file.Position;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch
        {
            (_mark, _length, Count) = before;
            throw;
        }
    }

    private Task<T> LockedAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken) =>
        AloneHereAsync(
            async () =>
            {
                using var turn = await AcquireAsync(cancellationToken).ConfigureAwait(false);
                return await action().ConfigureAwait(false);
            },
            cancellationToken
        );

    /// <summary>
    /// Serializes operations within this process first, so that its threads do not wait for each other in the file system.
    /// </summary>
    private async Task<T> AloneHereAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken)
    {
        using var here = await _here.AcquireAsync(cancellationToken).ConfigureAwait(false);
        return await action().ConfigureAwait(false);
    }

    /// <summary>Uses the system clock, because the wait is for another process.</summary>
    private Task<FileLock> AcquireAsync(CancellationToken cancellationToken) =>
        FileLock.AcquireAsync(path + ".lock", TimeProvider.System, cancellationToken);

    /// <summary>
    /// Checks the file without the lock. Its length alone is not sufficient: a rewritten file may have grown to the length of the old one.
    /// </summary>
    private async Task<bool> HasChangedAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!File.Exists(path))
            {
                return _length != 0;
            }

            using var file = await SharedFile.OpenAsync(path, FileMode.Open, FileAccess.Read, cancellationToken).ConfigureAwait(false);
            return file.Length != _length || JsonLine.MarkOf(file) != _mark;
        }
        catch (FileNotFoundException)
        {
            // Another process is replacing the file.
            return true;
        }
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            (_length, Count, _mark) = (0, 0, null);
            return;
        }

        using var file = await SharedFile.OpenAsync(path, FileMode.Open, FileAccess.Read, cancellationToken).ConfigureAwait(false);
        if (file.Length < _length || JsonLine.MarkOf(file) != _mark)
        {
            (_length, Count) = (0, 0);
            forget();
        }

        file.Position = _length;
        Read(SharedFile.ReadToEnd(file));
    }

    /// <summary>Reads complete lines. A last line without a line break was left by a killed process.</summary>
    /// <returns>Whether a line was not valid.</returns>
    private bool Read(byte[] bytes)
    {
        var isDamaged = false;
        var start = 0;
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', start)) >= 0; start = end + 1)
        {
            isDamaged |= !Take(bytes.AsMemory(start, end - start), isHeader: _length == 0 && start == 0);
        }

        _length += start;
        return isDamaged;
    }

    private bool Take(ReadOnlyMemory<byte> line, bool isHeader)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (!isHeader)
            {
                Count++;
                return take(json.RootElement);
            }

            if (json.RootElement.GetProperty("version").GetInt32() > version)
            {
                throw tooNew();
            }

            _mark = json.RootElement.GetProperty("mark").GetString();
            return _mark is not null;
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Creates a first line with a new mark.</summary>
    private byte[] Header()
    {
        _mark = Guid.NewGuid().ToString("N");
        return JsonLine.Header(version, _mark);
    }
}
