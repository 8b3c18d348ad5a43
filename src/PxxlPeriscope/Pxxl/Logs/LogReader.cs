using System.Text.Json;
using PxxlPeriscope.Http;
using PxxlPeriscope.Json;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Pxxl.Logs;

/// <summary>Reads a log in every container and row format that the Pxxl CLI supports. (docs/facts/pxxl-api.md, "Logs".)</summary>
internal static class LogReader
{
    private const int MaxWordLength = 40;

    private static readonly string[] Containers = ["logs", "buildLogs", "build_logs"];
    private static readonly string[] Texts = ["content", "message", "line", "log"];

    /// <param name="reply">The response, for error messages.</param>
    /// <param name="root">The JSON of the response.</param>
    /// <param name="pattern">A line with the values that all lines of this log share.</param>
    internal static Window Read(ApiResponse reply, JsonElement root, LogLine pattern)
    {
        var container = Container(root) ?? throw reply.CreateInvalidResponseException("does not contain a log in a known format");
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
            ? throw reply.CreateInvalidResponseException("contains log lines without text")
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

            // A log that has not started yet can be null instead of an empty list.
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

    /// <summary>
    /// Splits a single text into lines; an array is returned as rows. An empty text is an empty log, but an empty row is an empty line.
    /// </summary>
    private static JsonElement[] Rows(JsonElement container) =>
        container.ValueKind == JsonValueKind.Array ? [.. container.EnumerateArray()]
        : container.ValueKind == JsonValueKind.String && container.GetString()!.Length > 0 ? [container]
        : [];

    /// <summary>The text of a row. An empty text is an empty line; null means that the row has no text.</summary>
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
                // If a row has both, `level` takes precedence: `type` may describe something else.
                Level = Word(row.GetFirstText("level", "type")),
                Phase = Word(row.GetFirstText("phase")),
                DeploymentId = pattern.DeploymentId ?? Word(row.GetFirstText("deploymentId", "deployment_id")),
            };

    private static string? Word(string? text) => text is null ? null : Printable.ToSingleLine(text, MaxWordLength);

    private static string? Status(JsonElement root) => root.GetFirstText("status") ?? root.GetMember("data")?.GetFirstText("status");

    /// <summary>A row may contain several lines, or end with a line break.</summary>
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

    /// <summary>The part of a log that one response contains.</summary>
    /// <param name="Lines">The lines, oldest first, with their text as received.</param>
    /// <param name="SkippedRows">The number of rows without text in a known format.</param>
    /// <param name="Status">The status in the response of a build log; null if there is none.</param>
    /// <param name="IsLastLinePartial">Whether the last line may still grow because the log is a single text that does not end with a line
    /// break.</param>
    internal sealed record Window(IReadOnlyList<LogLine> Lines, int SkippedRows, string? Status, bool IsLastLinePartial);
}
