using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PxxlPeriscope.Storage;

/// <summary>
/// The lines of a <see cref="JsonLinesFile"/> as bytes, and its first line, which contains the version and the generation mark of the file.
/// </summary>
internal static class JsonLine
{
    private const int LongestHeader = 128;

    internal static byte[] Header(int version, string mark) =>
        Write(json => JsonSerializer.Serialize(json, new FirstLine(version, mark), JsonLineContext.Default.FirstLine));

    internal static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>Reads the mark of an open file; null if its first line is incomplete or not valid.</summary>
    internal static string? MarkOf(FileStream file)
    {
        var bytes = new byte[LongestHeader];
        file.Position = 0;
        var text = Encoding.UTF8.GetString(bytes, 0, file.Read(bytes, 0, bytes.Length));
        var end = text.IndexOf('\n');
        try
        {
            using var json = JsonDocument.Parse(end < 0 ? text : text.Substring(0, end));
            return json.RootElement.GetProperty("mark").GetString();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    internal sealed record FirstLine(int Version, string Mark);
}

/// <summary>Source-generated serialization of the first line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JsonLine.FirstLine))]
internal sealed partial class JsonLineContext : JsonSerializerContext;
