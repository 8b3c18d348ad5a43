using System.Globalization;
using System.Text.Json;

namespace PxxlPeriscope.Json;

/// <summary>Reads values tolerantly: a number may be a string, a time may be in seconds, absent and empty values are null.</summary>
internal static class JsonElementExtensions
{
    private const double MaxUnixSeconds = 253402300799;

    internal static string? AsText(this JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null,
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };

    /// <summary>Reads a finite number, also from a string. The official client parses numeric strings too.</summary>
    internal static double? AsNumber(this JsonElement value)
    {
        double number;
        var read = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDouble(out number),
            JsonValueKind.String => double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number),
            _ => (number = 0) != 0,
        };
        return read && !double.IsNaN(number) && !double.IsInfinity(number) ? number : null;
    }

    /// <summary>Reads a count or a number of bytes; null if negative or too large for a long.</summary>
    internal static long? AsCount(this JsonElement value) =>
        value.AsNumber() is >= 0 and < long.MaxValue and var number ? (long)number : null;

    /// <summary>Reads a Boolean, also from a string.</summary>
    internal static bool? AsBoolean(this JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String when bool.TryParse(value.GetString(), out var flag) => flag,
            _ => null,
        };

    /// <summary>Reads a time in UTC: ISO 8601 (without an offset it is UTC), Unix seconds or Unix milliseconds.</summary>
    internal static DateTimeOffset? AsTimestamp(this JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            // ISO 8601 is parsed from the bytes, without allocating a string.
            if (value.TryGetDateTime(out var iso))
            {
                return iso.Kind == DateTimeKind.Unspecified
                    ? new DateTimeOffset(iso, TimeSpan.Zero)
                    : new DateTimeOffset(iso.ToUniversalTime());
            }

            if (
                DateTimeOffset.TryParse(
                    value.GetString(),
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                    out var timestamp
                )
            )
            {
                return timestamp;
            }
        }

        return value.AsNumber() switch
        {
            > MaxUnixSeconds and < MaxUnixSeconds * 1000 and var milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(
                (long)milliseconds
            ),
            > 0 and <= MaxUnixSeconds and var seconds => DateTimeOffset.FromUnixTimeSeconds((long)seconds),
            _ => null,
        };
    }

    /// <summary>Converts a value to .NET types: dictionaries, arrays, strings, numbers and Booleans.</summary>
    internal static object? ToPlainObject(this JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => ToDictionary(value),
            JsonValueKind.Array => value.EnumerateArray().Select(ToPlainObject).ToArray(),
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : (object)value.GetDouble(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    /// <summary>Gets a member with this name if the value is an object and the member is not null.</summary>
    internal static bool TryGetMember(this JsonElement value, string name, out JsonElement member)
    {
        member = default;
        return value.ValueKind == JsonValueKind.Object
            && value.TryGetProperty(name, out member)
            && member.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
    }

    /// <summary>Returns the first of these members that exists.</summary>
    internal static JsonElement? GetMember(this JsonElement value, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (value.TryGetMember(name, out var member))
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>Returns the text of the first of these members that has one.</summary>
    internal static string? GetFirstText(this JsonElement value, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (value.TryGetMember(name, out var member) && member.AsText() is { } text)
            {
                return text;
            }
        }

        return null;
    }

    private static Dictionary<string, object?> ToDictionary(JsonElement value)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            members[property.Name] = property.Value.ToPlainObject();
        }

        return members;
    }
}
