using System.Text;
using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>
/// A file of JSON lines to which several processes append, and which each of them follows. A line is there whole or, after a kill, not at
/// all. Its first line has the version of the format, and a mark by which the others see that the file was written anew.
/// </summary>
/// <param name="path">The file; it is made with the first line.</param>
/// <param name="version">The version of the lines' format.</param>
/// <param name="take">Takes in a line that this or another process has added; false when it makes no sense.</param>
/// <param name="forget">Called before the whole file is read again.</param>
/// <param name="tooNew">Makes the error for a file of a newer version.</param>
internal sealed class SharedLines(string path, int version, Func<JsonElement, bool> take, Action forget, Func<Exception> tooNew)
{
    private readonly object _changing = new();
    private string? _mark;
    private long _length;

    /// <summary>How many lines there are, those that say the same thing again included.</summary>
    internal int Count { get; private set; }

    /// <summary>Reads what is there and changes nothing, also where the folder cannot be written.</summary>
    internal void Look()
    {
        if (File.Exists(path))
        {
            using var file = OpenToRead();
            Read(file);
        }
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>The name under which a file with senseless lines was set aside; what made sense in it was taken.</returns>
    internal string? Open()
    {
        using var turn = Turn();
        if (!File.Exists(path))
        {
            return null;
        }

        bool isDamaged;
        using (var file = OpenToRead())
        {
            isDamaged = Read(file);
        }

        return isDamaged ? SafeFile.SetAside(path, "damaged") : null;
    }

    /// <summary>Takes in what other processes have added.</summary>
    internal void Follow()
    {
        lock (_changing)
        {
            var file = new FileInfo(path);
            if ((file.Exists ? file.Length : 0) != _length)
            {
                using var turn = Turn();
                CatchUp();
            }
        }
    }

    /// <summary>Adds a line. Only a loss of power can lose it from here on, not the end of the process.</summary>
    internal void Add(Action<Utf8JsonWriter> write)
    {
        lock (_changing)
        {
            using var turn = Turn();
            CatchUp();
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
            // Cuts off what a killed process began to write: it is nobody's turn but ours.
            file.SetLength(_length);
            file.Position = _length;
            var line = Line(write);
            var bytes = _length == 0 ? [.. Header(), .. line] : line;
            file.Write(bytes, 0, bytes.Length);
            _length = file.Position;
            Count++;
        }
    }

    /// <summary>Writes the file anew with these lines alone.</summary>
    internal void Replace(IEnumerable<Action<Utf8JsonWriter>> lines)
    {
        lock (_changing)
        {
            using var turn = Turn();
            Count = 0;
            SafeFile.Write(path, file =>
            {
                Write(file, Header());
                foreach (var line in lines)
                {
                    Write(file, Line(line));
                    Count++;
                }

                _length = file.Position;
            });
        }

        static void Write(Stream file, byte[] bytes) => file.Write(bytes, 0, bytes.Length);
    }

    private FileStream Turn() => ExclusiveFile.Open(path + ".lock");

    private FileStream OpenToRead() => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private void CatchUp()
    {
        if (!File.Exists(path))
        {
            (_length, Count, _mark) = (0, 0, null);
            return;
        }

        using var file = OpenToRead();
        if (file.Length < _length || MarkOf(file) != _mark)
        {
            (_length, Count) = (0, 0);
            forget();
        }

        file.Position = _length;
        Read(file);
    }

    /// <summary>Reads whole lines from where the file stands; a last one without its end is what a kill left.</summary>
    /// <returns>Whether a line made no sense.</returns>
    private bool Read(FileStream file)
    {
        var bytes = new byte[file.Length - file.Position];
        var count = 0;
        for (int read; count < bytes.Length && (read = file.Read(bytes, count, bytes.Length - count)) > 0;)
        {
            count += read;
        }

        var isDamaged = false;
        var start = 0;
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', start, count - start)) >= 0; start = end + 1)
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
        catch (Exception senseless) when (senseless is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static string? MarkOf(FileStream file)
    {
        var bytes = new byte[128];
        file.Position = 0;
        var text = Encoding.UTF8.GetString(bytes, 0, file.Read(bytes, 0, bytes.Length));
        var end = text.IndexOf('\n');
        try
        {
            using var json = JsonDocument.Parse(end < 0 ? text : text.Substring(0, end));
            return json.RootElement.GetProperty("mark").GetString();
        }
        catch (Exception senseless) when (senseless is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private byte[] Header()
    {
        _mark = Guid.NewGuid().ToString("N");
        return Line(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("version", version);
            json.WriteString("mark", _mark);
            json.WriteEndObject();
        });
    }

    private static byte[] Line(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }
}
