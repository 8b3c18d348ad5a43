using System.Globalization;

namespace PxxlPeriscope.Text;

/// <summary>Parses a date and time in the formats that a user can specify at the prompt or in a file.</summary>
internal static class TimestampText
{
    /// <summary>The accepted formats, as the last sentence of an error message.</summary>
    internal const string AcceptedFormats =
        "Specify a date, an ISO 8601 date and time such as 2026-01-31T12:00:00Z, Unix seconds, "
        + "or a span before now such as 90m, 12h or 7d.";

    /// <summary>Larger than any sensible span in days, and smaller than the Unix seconds of any date in this century.</summary>
    private const int MaxDays = 100_000;

    private static readonly Dictionary<char, TimeSpan> Units = new()
    {
        ['m'] = TimeSpan.FromMinutes(1),
        ['h'] = TimeSpan.FromHours(1),
        ['d'] = TimeSpan.FromDays(1),
        ['w'] = TimeSpan.FromDays(7),
    };

    /// <summary>
    /// Returns the time in UTC; null for an empty value, and null with a <paramref name="problem"/> for a value that cannot be read. Text
    /// without an offset is local time, as everywhere in PowerShell.
    /// </summary>
    internal static DateTimeOffset? Parse(object? value, DateTimeOffset now, out string? problem)
    {
        problem = null;
        try
        {
            switch (value)
            {
                case null:
                    return null;
                case string text when string.IsNullOrWhiteSpace(text):
                    return null;
                case DateTimeOffset timestamp:
                    return timestamp.ToUniversalTime();
                case DateTime date:
                    return new DateTimeOffset(date).ToUniversalTime();
                case TimeSpan ago:
                    return now - ago;
                // PowerShell parses an unquoted 7d as the decimal number 7; other decimals are not expected here. JSON also has decimals,
                // but for Unix seconds.
                case decimal number and > -MaxDays and < MaxDays:
                    return now - TimeSpan.FromDays((double)number);
                case int or long or decimal or double:
                    return FromUnix(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                case string text when ParseText(text.Trim(), now) is { } timestamp:
                    return timestamp;
                case string text:
                    problem = $"'{Printable.ToSingleLine(text, 50)}' is not a valid date and time";
                    return null;
                default:
                    problem = $"is a {value.GetType().Name}; expected a date and time";
                    return null;
            }
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or OverflowException)
        {
            problem =
                $"'{Printable.ToSingleLine(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty, 50)}' "
                + "is not a valid date and time: it is out of range";
            return null;
        }
    }

    private static DateTimeOffset FromUnix(long number) =>
        number < 100_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(number) : DateTimeOffset.FromUnixTimeMilliseconds(number);

    private static DateTimeOffset? ParseText(string text, DateTimeOffset now)
    {
        if (
            Units.TryGetValue(char.ToLowerInvariant(text[text.Length - 1]), out var unit)
            && int.TryParse(text.Remove(text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        )
        {
            return now - TimeSpan.FromTicks(checked(unit.Ticks * number));
        }

        // Fewer digits could be meant as a date.
        if (text.Length > 8 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unix))
        {
            return FromUnix(unix);
        }

        return DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeLocal | DateTimeStyles.AdjustToUniversal,
            out var timestamp
        )
            ? timestamp
            : null;
    }
}
