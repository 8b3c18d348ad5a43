using System.Collections;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>A query given as a hashtable.</summary>
internal static class QueryText
{
    internal static string Append(string path, IDictionary query)
    {
        var parts = query.Cast<DictionaryEntry>().Select(entry => $"{Text(entry.Key)}={Text(entry.Value)}");
        return string.Join("&", parts) is { Length: > 0 } text ? path + (path.Contains('?') ? "&" : "?") + text : path;
    }

    private static string Text(object? value) => Uri.EscapeDataString(LanguagePrimitives.ConvertTo<string>(value) ?? string.Empty);
}
