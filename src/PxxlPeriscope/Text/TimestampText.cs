using System.Globalization;

namespace PxxlPeriscope.Text;

/// <summary>Reads a moment in the forms in which a user gives one, at the prompt or in a file.</summary>
internal static class TimestampText
{
    /// <summary>What can be given, for an error to end with.</summary>
    internal const string AcceptedFormats =
        "Give a date, an ISO 8601 text such as 2026-01-31T12:00:00Z, Unix seconds, or a span before now such as 90m, 12h or 7d.";

    /// <summary>No span is as long, and no moment of this century as early.</summary>
    private const int MaxDays = 100_000;

    private static readonly Dictionary<char, TimeSpan> Units = new()
    {
        ['m'] = TimeSpan.FromMinutes(1),
        ['h'] = TimeSpan.FromHours(1),
        ['d'] = TimeSpan.FromDays(1),
        ['w'] = TimeSpan.FromDays(7),
    };

    /// <summary>
    /// The moment, in UTC; null for nothing and empty text, and with a <paramref name="problem"/> for what cannot be read. Text without
    /// an offset is local time, as everywhere in PowerShell.
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
                // 7d without quotes is how PowerShell writes the decimal number 7, and nobody means another decimal here. JSON has
                // decimals too, but for Unix seconds.
                case decimal number and > -MaxDays and < MaxDays:
                    return now - TimeSpan.FromDays((double)number);
                case int or long or decimal or double:
                    return FromUnix(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                case string text when ParseText(text.Trim(), now) is { } timestamp:
                    return timestamp;
                case string text:
                    problem = $"'{Printable.ToSingleLine(text, 50)}' is no date and time";
                    return null;
                default:
                    problem = $"is a {value.GetType().Name}, which is no date and time";
                    return null;
            }
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or OverflowException)
        {
            problem =
                $"'{Printable.ToSingleLine(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty, 50)}' is no date and time: it lies outside of the calendar";
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

        // Shorter digits could be meant as a date.
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
