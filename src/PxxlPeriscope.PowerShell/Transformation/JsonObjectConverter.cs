using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using PxxlPeriscope.Http;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>
/// JSON to the objects that ConvertFrom-Json makes, and back. That cmdlet itself is in an assembly which cannot be referenced from
/// both editions, and in 5.1 it refuses more than 2 MB.
/// </summary>
internal static class JsonObjectConverter
{
    internal static object? Read(ApiResponse reply)
    {
        using var json = reply.Parse();
        return Value(json.RootElement);
    }

    /// <summary>Text is taken to be JSON already.</summary>
    internal static string Write(object value) =>
        ToPlainValue(value) is string text ? text : JsonSerializer.Serialize(ToPlainValue(value));

    private static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Object(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Value).ToArray(),
        _ => element.ToPlainObject(),
    };

    private static PSObject Object(JsonElement element)
    {
        var result = new PSObject();
        foreach (var property in element.EnumerateObject())
        {
            // PowerShell knows no two members that differ in case only, and none without a name.
            var name = property.Name.Length == 0 ? "_" : property.Name;
            if (result.Properties[name] is { } same)
            {
                same.Value = Value(property.Value);
            }
            else
            {
                result.Properties.Add(new PSNoteProperty(name, Value(property.Value)), preValidated: true);
            }
        }

        return result;
    }

    /// <summary>What System.Text.Json can write: dictionaries, lists and simple values, without PowerShell's wrapping.</summary>
    private static object? ToPlainValue(object? value) => value switch
    {
        null => null,
        PSObject { BaseObject: PSCustomObject } custom => custom.Properties.ToDictionary(property => property.Name, property => ToPlainValue(property.Value)),
        PSObject wrapped => ToPlainValue(wrapped.BaseObject),
        string or bool or DateTime or DateTimeOffset or IConvertible => value,
        IDictionary map => map.Cast<DictionaryEntry>().ToDictionary(entry => LanguagePrimitives.ConvertTo<string>(entry.Key), entry => ToPlainValue(entry.Value)),
        IEnumerable list => list.Cast<object?>().Select(ToPlainValue).ToArray(),
        _ => LanguagePrimitives.ConvertTo<string>(value),
    };
}
