using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Text;
using PxxlPeriscope.Webhooks;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Reads webhooks from the objects that Azure Automation, Azure Functions and users provide.</summary>
internal static class WebhookInputParser
{
    /// <summary>Reads headers from any dictionary or from the properties of an object. A value may be a list.</summary>
    internal static IEnumerable<KeyValuePair<string, string?>> ParseHeaders(object? headers)
    {
        IEnumerable<(string? Name, object? Value)> pairs = Unwrap(headers) switch
        {
            null => [],
            IDictionary map => map.Keys.Cast<object>().Select(key => (Text(key), (object?)map[key])),
            NameValueCollection collection => collection.AllKeys.Select(name => ((string?)name, (object?)collection.GetValues(name))),
            _ => PSObject.AsPSObject(headers).Properties.Select(property => ((string?)property.Name, (object?)property.Value)),
        };
        return pairs.SelectMany(pair =>
            Values(pair.Value).Select(value => new KeyValuePair<string, string?>(pair.Name ?? string.Empty, value))
        );
    }

    /// <summary>Reads an Azure Automation <c>$WebhookData</c> in any of its four forms.</summary>
    /// <exception cref="FormatException">The input has none of these forms.</exception>
    internal static IEnumerable<WebhookRequest> ParseAutomation(object webhookData) =>
        Unwrap(webhookData) is string text
            ? WebhookData.Parse(text)
            :
            [
                WebhookRequest.From(
                    Body(Member(webhookData, "RequestBody"), "WebhookData", "RequestBody"),
                    ParseHeaders(Member(webhookData, "RequestHeader"))
                ),
            ];

    /// <summary>Reads an Azure Functions request. RawBody is used, because Body is already parsed and no longer the signed text.</summary>
    /// <exception cref="FormatException">The request has no RawBody.</exception>
    internal static WebhookRequest ParseFunctions(object request) =>
        WebhookRequest.From(Body(Member(request, "RawBody"), "Request", "RawBody"), ParseHeaders(Member(request, "Headers")));

    private static byte[] Body(object? body, string parameter, string member) =>
        Unwrap(body) switch
        {
            byte[] bytes => bytes,
            string text => Encoding.UTF8.GetBytes(text),
            _ => throw new FormatException(
                $"-{parameter} has no {member} with text or bytes. Pass the object from the platform unchanged."
            ),
        };

    private static object? Member(object holder, string name) =>
        Unwrap(holder) is IDictionary map
            ? map.Keys.Cast<object>().FirstOrDefault(key => string.Equals(Text(key), name, StringComparison.OrdinalIgnoreCase)) is { } found
                ? map[found]
                : null
            : PSObject.AsPSObject(holder).Properties[name]?.Value;

    private static IEnumerable<string?> Values(object? value) =>
        Unwrap(value) is IList items ? items.Cast<object?>().Select(Text) : [Text(value)];

    private static string? Text(object? value) => value is null ? null : LanguagePrimitives.ConvertTo<string>(value);

    private static object? Unwrap(object? value) =>
        value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
}
