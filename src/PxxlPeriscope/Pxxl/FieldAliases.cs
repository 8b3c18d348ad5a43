using System.Text;
using System.Text.Json;

namespace PxxlPeriscope.Pxxl;

/// <summary>
/// Finds fields under all their known names. The official name comes first in each list and takes precedence; null and empty values count
/// as absent, so that an alternative name can supply the value.
/// </summary>
internal sealed class FieldAliases
{
    private readonly Dictionary<string, (int Field, int Rank)> _aliases = new(StringComparer.Ordinal);

    internal FieldAliases(params string[][] spellingsByField)
    {
        Count = spellingsByField.Length;
        for (var field = 0; field < Count; field++)
        {
            for (var rank = 0; rank < spellingsByField[field].Length; rank++)
            {
                _aliases.Add(spellingsByField[field][rank], (field, rank));
            }
        }
    }

    internal int Count { get; }

    internal (int Field, int Rank)? Find(string name) => _aliases.TryGetValue(name, out var found) ? found : null;

    /// <summary>Reads rows one after the other. Not thread-safe, because it reuses its buffers.</summary>
    internal sealed class RowReader(FieldAliases names)
    {
        private readonly JsonElement[] _values = new JsonElement[names.Count];
        private readonly int[] _ranks = new int[names.Count];

        /// <summary>
        /// The property name at each position of the previous row and the field it maps to. Rows of a list are usually alike, so this
        /// avoids allocating a string for most property names.
        /// </summary>
        private readonly List<(byte[] Name, (int Field, int Rank)? Found)> _previousRow = [];

        internal JsonElement this[int field] => _values[field];

        internal void Read(JsonElement row)
        {
            Array.Clear(_values, 0, _values.Length);
            var position = 0;
            foreach (var property in row.EnumerateObject())
            {
                if (
                    Find(property, position++) is var (field, rank)
                    && !IsAbsent(property.Value)
                    && (_values[field].ValueKind == JsonValueKind.Undefined || rank < _ranks[field])
                )
                {
                    _values[field] = property.Value;
                    _ranks[field] = rank;
                }
            }
        }

        private (int Field, int Rank)? Find(JsonProperty property, int position)
        {
            if (position < _previousRow.Count && property.NameEquals(_previousRow[position].Name))
            {
                return _previousRow[position].Found;
            }

            var (name, found) = (Encoding.UTF8.GetBytes(property.Name), names.Find(property.Name));
            if (position < _previousRow.Count)
            {
                _previousRow[position] = (name, found);
            }
            else
            {
                _previousRow.Add((name, found));
            }

            return found;
        }

        private static bool IsAbsent(JsonElement value) =>
            value.ValueKind == JsonValueKind.Null
            || (value.ValueKind == JsonValueKind.String && value.ValueEquals(ReadOnlySpan<byte>.Empty));
    }
}
