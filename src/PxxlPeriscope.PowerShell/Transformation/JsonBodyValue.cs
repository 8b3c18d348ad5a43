using System.Collections;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>
/// What System.Text.Json can write of a -Body: dictionaries, lists and simple values, without PowerShell's wrapping. A stack overflow
/// would end the process, so a value that contains itself and a nesting that is too deep are refused first.
/// </summary>
internal sealed class JsonBodyValue
{
    /// <summary>How many dictionaries and lists may lie inside each other.</summary>
    internal const int MaxDepth = 64;

    // The containers from the root to the current value.
    private readonly Stack<object> _ancestors = new();

    private JsonBodyValue() { }

    internal static object? From(object? value) => new JsonBodyValue().Convert(value, string.Empty);

    private object? Convert(object? value, string path) =>
        value switch
        {
            null => null,
            PSObject { BaseObject: PSCustomObject } custom => Enter(
                custom,
                path,
                () =>
                    custom.Properties.ToDictionary(
                        property => property.Name,
                        property => Convert(property.Value, $"{path}.{property.Name}")
                    )
            ),
            PSObject wrapped => Convert(wrapped.BaseObject, path),
            string or bool or DateTime or DateTimeOffset or IConvertible => value,
            IDictionary map => Enter(
                map,
                path,
                () =>
                    map.Cast<DictionaryEntry>()
                        .Select(entry => (Name: LanguagePrimitives.ConvertTo<string>(entry.Key), entry.Value))
                        .ToDictionary(entry => entry.Name, entry => Convert(entry.Value, $"{path}.{entry.Name}"))
            ),
            IEnumerable list => Enter(
                list,
                path,
                () => list.Cast<object?>().Select((item, index) => Convert(item, $"{path}[{index}]")).ToArray()
            ),
            _ => LanguagePrimitives.ConvertTo<string>(value),
        };

    private object Enter(object container, string path, Func<object> convert)
    {
        if (_ancestors.Any(ancestor => ReferenceEquals(ancestor, container)))
        {
            throw Invalid(
                $"-Body contains itself at '{path.TrimStart('.')}', and JSON has no references. Leave that member out, or put its id or name there."
            );
        }

        if (_ancestors.Count == MaxDepth)
        {
            throw Invalid($"-Body is nested more than {MaxDepth} levels deep. Make it flatter, or give it as JSON text.");
        }

        _ancestors.Push(container);
        var converted = convert();
        _ancestors.Pop();
        return converted;
    }

    private static ServiceException Invalid(string message) => new(ServiceName.Pxxl, CallFailure.InvalidRequest, message);
}
