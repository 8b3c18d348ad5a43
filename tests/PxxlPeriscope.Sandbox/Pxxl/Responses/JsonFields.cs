using System.Globalization;
using System.Text.Json;

namespace PxxlPeriscope.Sandbox.Pxxl.Responses;

/// <summary>Writes fields that are omitted if they have no value, and numbers as JSON numbers or strings.</summary>
internal readonly struct JsonFields(Utf8JsonWriter json, bool numbersAsStrings)
{
    /// <summary>The date format of JavaScript, as in the published samples.</summary>
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public void Text(string? name, string? value)
    {
        if (name is not null && value is not null)
            json.WriteString(name, value);
    }

    public void Time(string? name, DateTimeOffset? value) =>
        Text(name, value?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));

    public void Number(string name, double? value)
    {
        if (value is not { } number)
            return;
        if (numbersAsStrings)
            json.WriteString(name, number.ToString(CultureInfo.InvariantCulture));
        else
            json.WriteNumber(name, number);
    }

    public void Number(string name, long? value)
    {
        if (value is not { } number)
            return;
        if (numbersAsStrings)
            json.WriteString(name, number.ToString(CultureInfo.InvariantCulture));
        else
            json.WriteNumber(name, number);
    }
}
