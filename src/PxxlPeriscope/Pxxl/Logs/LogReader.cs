using System.Text.Json;
using PxxlPeriscope.Http;
using PxxlPeriscope.Json;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Pxxl.Logs;

/// <summary>Reads a log in every container and row format that the Pxxl CLI tries. (docs/facts/pxxl-api.md, "Logs".)</summary>
internal static class LogReader
{
    private const int MaxWordLength = 40;

    private static readonly string[] Containers = ["logs", "buildLogs", "build_logs"];
    private static readonly string[] Texts = ["content", "message", "line", "log"];

    /// <param name="reply">The answer, for the error.</param>
    /// <param name="root">Its JSON.</param>
    /// <param name="pattern">A line with what all lines of this log have.</param>
    internal static Window Read(ApiResponse reply, JsonElement root, LogLine pattern)
    {
        var container = Container(root) ?? throw reply.CreateInvalidResponseException("holds no log in any known form");
        var lines = new List<LogLine>();
        var lost = 0;
        foreach (var row in Rows(container))
        {
            if (Text(row) is { } text)
            {
                AddLines(lines, text, Line(row, pattern));
            }
            else if (row.ValueKind != JsonValueKind.Null)
            {
                lost++;
            }
        }

        return lost > 0 && lines.Count == 0
            ? throw reply.CreateInvalidResponseException("lists lines of a log without a text")
            : new Window(lines, lost, Status(root), container.ValueKind == JsonValueKind.String && !Ends(container.GetString()!));
    }

    private static JsonElement? Container(JsonElement root)
    {
        JsonElement[] holders = [root, root.GetMember("data") ?? default];
        foreach (var holder in holders)
        {
            if (holder.ValueKind is JsonValueKind.Array or JsonValueKind.String)
            {
                return holder;
            }

            if (holder.GetMember(Containers) is { ValueKind: JsonValueKind.Array or JsonValueKind.String } rows)
            {
                return rows;
            }

            // A log that has not begun: null instead of an empty list.
            foreach (var name in Containers)
            {
                if (
                    holder.ValueKind == JsonValueKind.Object
                    && holder.TryGetProperty(name, out var empty)
                    && empty.ValueKind == JsonValueKind.Null
                )
                {
                    return empty;
                }
            }
        }

        return null;
    }

    /// <summary>One text is split into lines like a row of several; an empty one is an empty log, while an empty row is an empty line.</summary>
    private static JsonElement[] Rows(JsonElement container) =>
        container.ValueKind == JsonValueKind.Array ? [.. container.EnumerateArray()]
        : container.ValueKind == JsonValueKind.String && container.GetString()!.Length > 0 ? [container]
        : [];

    /// <summary>The text of a row; an empty one is an empty line, and null means that it has none.</summary>
    private static string? Text(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            return row.ValueKind == JsonValueKind.String ? row.GetString() : row.AsText();
        }

        var found = row.GetFirstText(Texts);
        return found ?? (row.GetMember(Texts) is { ValueKind: JsonValueKind.String } blank ? blank.GetString() : null);
    }

    private static LogLine Line(JsonElement row, LogLine pattern) =>
        row.ValueKind != JsonValueKind.Object
            ? pattern
            : pattern with
            {
                Time = row.GetMember("timestamp", "time", "createdAt", "created_at")?.AsTimestamp(),
                // Where both are there, only one of them can be about something else.
                Level = Word(row.GetFirstText("level", "type")),
                Phase = Word(row.GetFirstText("phase")),
                DeploymentId = pattern.DeploymentId ?? Word(row.GetFirstText("deploymentId", "deployment_id")),
            };

    private static string? Word(string? text) => text is null ? null : Printable.ToSingleLine(text, MaxWordLength);

    private static string? Status(JsonElement root) => root.GetFirstText("status") ?? root.GetMember("data")?.GetFirstText("status");

    /// <summary>A row may hold several lines, or end in a line break of its own.</summary>
    private static void AddLines(List<LogLine> lines, string text, LogLine pattern)
    {
        var parts = text.Split('\n');
        var count = parts.Length > 1 && parts[parts.Length - 1].Length == 0 ? parts.Length - 1 : parts.Length;
        for (var i = 0; i < count; i++)
        {
            lines.Add(pattern with { Text = parts[i].TrimEnd('\r') });
        }
    }

    private static bool Ends(string text) => text.Length == 0 || text[text.Length - 1] == '\n';

    /// <summary>What one answer shows of a log.</summary>
    /// <param name="Lines">Oldest first, their texts as they came.</param>
    /// <param name="SkippedRows">How many rows had no text in any known form.</param>
    /// <param name="Status">The word that a build log has for its deployment; null where it says none.</param>
    /// <param name="IsLastLinePartial">Whether the last line may still grow: the log came as one text that ends without a line break.</param>
    internal sealed record Window(IReadOnlyList<LogLine> Lines, int SkippedRows, string? Status, bool IsLastLinePartial);
}
