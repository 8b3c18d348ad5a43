using System.Globalization;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>
/// Takes a moment as date, text (ISO 8601; without an offset it is local time, as everywhere in PowerShell), Unix seconds, or
/// as a span before now: <c>90m</c>, <c>12h</c>, <c>7d</c>, <c>2w</c>. Empty text, as in a CSV row, is no value.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MomentTransformationAttribute : ArgumentTransformationAttribute
{
    private const string Forms = "Give a date, an ISO 8601 text such as 2026-01-31T12:00:00Z, Unix seconds, or a span before now such as 90m, 12h or 7d.";

    private static readonly Dictionary<char, TimeSpan> Units = new()
    {
        ['m'] = TimeSpan.FromMinutes(1),
        ['h'] = TimeSpan.FromHours(1),
        ['d'] = TimeSpan.FromDays(1),
        ['w'] = TimeSpan.FromDays(7),
    };

    /// <inheritdoc/>
    public override bool TransformNullOptionalParameters => true;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return input switch
            {
                null or "" => null,
                DateTimeOffset moment => moment.ToUniversalTime(),
                DateTime date => new DateTimeOffset(date).ToUniversalTime(),
                TimeSpan ago => DateTimeOffset.UtcNow - ago,
                // 7d without quotes is how PowerShell writes the decimal number 7, and nobody means another decimal here.
                decimal days => DateTimeOffset.UtcNow - TimeSpan.FromDays((double)days),
                int or long => Unix(Convert.ToInt64(input, CultureInfo.InvariantCulture)),
                string text when string.IsNullOrWhiteSpace(text) => null,
                string text => Read(text.Trim()),
                _ => throw new ArgumentTransformationMetadataException($"A {input.GetType().Name} is no time. {Forms}"),
            };
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new ArgumentTransformationMetadataException($"'{input}' lies outside of the calendar. {Forms}");
        }
    }

    private static DateTimeOffset Unix(long number) =>
        number < 100_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(number) : DateTimeOffset.FromUnixTimeMilliseconds(number);

    private static DateTimeOffset Read(string text)
    {
        if (Units.TryGetValue(char.ToLowerInvariant(text[text.Length - 1]), out var unit)
            && int.TryParse(text.Remove(text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return DateTimeOffset.UtcNow - TimeSpan.FromTicks(unit.Ticks * number);
        }

        // Shorter digits could be meant as a date.
        if (text.Length > 8 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unix))
        {
            return Unix(unix);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : throw new ArgumentTransformationMetadataException($"'{text}' is no time. {Forms}");
    }
}
