using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>
/// Finds fields under any of their spellings in one pass over a row. The official spelling comes first in each list and wins;
/// null and empty values count as absent, so that a later spelling can fill in.
/// </summary>
internal sealed class FieldNames
{
    private readonly Dictionary<string, (int Field, int Rank)> _spellings = new(StringComparer.Ordinal);
    private readonly int _count;

    internal FieldNames(params string[][] spellingsByField)
    {
        _count = spellingsByField.Length;
        for (var field = 0; field < _count; field++)
        {
            for (var rank = 0; rank < spellingsByField[field].Length; rank++)
            {
                _spellings.Add(spellingsByField[field][rank], (field, rank));
            }
        }
    }

    /// <summary>The values by field, <see cref="JsonValueKind.Undefined"/> where there is none.</summary>
    internal JsonElement[] Read(JsonElement row)
    {
        var values = new JsonElement[_count];
        var ranks = new int[_count];
        foreach (var property in row.EnumerateObject())
        {
            if (_spellings.TryGetValue(property.Name, out var found)
                && !IsAbsent(property.Value)
                && (values[found.Field].ValueKind == JsonValueKind.Undefined || found.Rank < ranks[found.Field]))
            {
                values[found.Field] = property.Value;
                ranks[found.Field] = found.Rank;
            }
        }

        return values;
    }

    private static bool IsAbsent(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.ValueEquals(ReadOnlySpan<byte>.Empty));
}
