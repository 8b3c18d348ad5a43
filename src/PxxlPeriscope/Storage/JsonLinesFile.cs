using System.Text.Json;

namespace PxxlPeriscope.Storage;

/// <summary>
/// A file of JSON lines to which several processes append, and which each of them follows. A line is there whole or, after a kill, not at
/// all. Its first line has the version of the format, and a mark by which the others see that the file was written anew.
/// </summary>
/// <param name="path">The file; it is made with the first line.</param>
/// <param name="version">The version of the lines' format.</param>
/// <param name="take">Takes in a line that this or another process has added; false when it makes no sense.</param>
/// <param name="forget">Called before the whole file is read again.</param>
/// <param name="tooNew">Makes the error for a file of a newer version.</param>
internal sealed class JsonLinesFile(string path, int version, Func<JsonElement, bool> take, Action forget, Func<Exception> tooNew)
{
    private readonly AsyncLock _here = new();
    private string? _mark;
    private long _length;

    /// <summary>How many lines there are, those that say the same thing again included.</summary>
    internal int Count { get; private set; }

    /// <summary>Reads what is there and changes nothing, also where the folder cannot be written.</summary>
    internal async Task OpenReadOnlyAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(path) && await SharedFile.ReadAsync(path, isExpected: true, cancellationToken).ConfigureAwait(false) is { } bytes)
        {
            Read(bytes);
        }
    }

    /// <summary>Reads what is there, and writes it anew where it is damaged or too long, all under one lock.</summary>
    /// <param name="isDue">Asked once all was read: whether the file is longer than it has to be.</param>
    /// <param name="lines">All that is to be in it then.</param>
    /// <param name="cancellationToken">Ends the waiting for other processes.</param>
    /// <returns>The name under which a copy of a file with senseless lines was set aside; what made sense in it was taken.</returns>
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
                    // A copy, and first: killed at any moment, what made sense is still in one of the two.
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

    /// <summary>Takes in what other processes have added.</summary>
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

    /// <summary>Adds a line. The end of the process cannot lose it from here on.</summary>
    /// <param name="write">Writes the line.</param>
    /// <param name="isDurable">Whether a loss of power must not lose it either.</param>
    /// <param name="cancellationToken">Ends the waiting for other processes.</param>
    internal Task AppendAsync(Action<Utf8JsonWriter> write, bool isDurable, CancellationToken cancellationToken) =>
        LockedAsync(
            async () =>
            {
                await CatchUpAsync(cancellationToken).ConfigureAwait(false);
                var isNew = _length == 0;
                using var file = await SharedFile
                    .OpenAsync(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, cancellationToken)
                    .ConfigureAwait(false);
                // Cuts off what a killed process began to write: nobody else has the lock.
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

    /// <summary>Takes in what other processes have added, and writes the file anew with these lines alone, all under one lock.</summary>
    /// <param name="lines">Asked once all was read.</param>
    /// <param name="cancellationToken">Ends the waiting for other processes.</param>
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

    /// <summary>What goes on in this process comes first: threads would otherwise wait for one another in the file system.</summary>
    private async Task<T> AloneHereAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken)
    {
        using var here = await _here.AcquireAsync(cancellationToken).ConfigureAwait(false);
        return await action().ConfigureAwait(false);
    }

    /// <summary>By the system's clock: it is another process that is waited for.</summary>
    private Task<FileLock> AcquireAsync(CancellationToken cancellationToken) =>
        FileLock.AcquireAsync(path + ".lock", TimeProvider.System, cancellationToken);

    /// <summary>Looked at without the lock. Its length alone does not tell: a file that was written anew may have grown to that of the old one.</summary>
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
            // It is being replaced.
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

    /// <summary>Reads whole lines; a last one without its end is what a kill left.</summary>
    /// <returns>Whether a line made no sense.</returns>
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

    /// <summary>A first line with a new mark.</summary>
    private byte[] Header()
    {
        _mark = Guid.NewGuid().ToString("N");
        return JsonLine.Header(version, _mark);
    }
}
