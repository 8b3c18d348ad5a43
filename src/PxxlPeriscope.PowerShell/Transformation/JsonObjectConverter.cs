using System.Management.Automation;
using System.Text.Json;
using PxxlPeriscope.Http;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>
/// Converts JSON to the same objects as ConvertFrom-Json, and back. That cmdlet cannot be used: its assembly cannot be referenced
/// for both editions, and in 5.1 it rejects more than 2 MB.
/// </summary>
internal static class JsonObjectConverter
{
    // The serializer counts the simple values in the innermost container as a further level.
    private static readonly JsonSerializerOptions BodyOptions = new() { MaxDepth = JsonBodyValue.MaxDepth + 1 };

    internal static object? Read(ApiResponse reply)
    {
        using var json = reply.Parse();
        return Value(json.RootElement);
    }

    /// <summary>Serializes a value. Text is assumed to be JSON already.</summary>
    /// <exception cref="ServiceException">The value contains itself or is nested too deeply.</exception>
    internal static string Write(object value) =>
        JsonBodyValue.From(value) is var plain && plain is string text ? text : JsonSerializer.Serialize(plain, BodyOptions);

    private static object? Value(JsonElement element) =>
        element.ValueKind switch
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
            // A PowerShell object cannot have two members that differ only in case, or a member without a name.
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
}
