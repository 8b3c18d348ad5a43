using System.Text.Json;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>One of several processes that append to and read a file of lines.</summary>
internal sealed class LinesReader
{
    private LinesReader(string path) =>
        Lines = new JsonLinesFile(path, 1, Take, () => WasForgotten = true, () => new NotSupportedException());

    public JsonLinesFile Lines { get; }

    public List<string> Seen { get; } = [];

    public string? Aside { get; private set; }

    public bool WasForgotten { get; private set; }

    public static async Task<LinesReader> OpenAsync(string path, bool isDue = false)
    {
        var reader = new LinesReader(path);
        reader.Aside = await reader.Lines.OpenAsync(() => isDue, () => reader.Seen.Distinct().Select(Line), SandboxFixture.Ct);
        return reader;
    }

    public static async Task<LinesReader> OpenReadOnlyAsync(string path)
    {
        var reader = new LinesReader(path);
        await reader.Lines.OpenReadOnlyAsync(SandboxFixture.Ct);
        return reader;
    }

    public static Action<Utf8JsonWriter> Line(string text) =>
        json =>
        {
            json.WriteStartObject();
            json.WriteString("text", text);
            json.WriteEndObject();
        };

    public Task AddAsync(string text) => Lines.AppendAsync(Line(text), isDurable: false, SandboxFixture.Ct);

    public Task CompactAsync(params string[] texts) => Lines.CompactAsync(() => texts.Select(Line), SandboxFixture.Ct);

    private bool Take(JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Object || !line.TryGetProperty("text", out var text))
        {
            return false;
        }

        Seen.Add(text.GetString()!);
        return true;
    }
}
