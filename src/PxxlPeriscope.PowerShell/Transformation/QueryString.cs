using System.Collections;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Appends the query parameters of a hashtable.</summary>
internal static class QueryString
{
    /// <param name="path">The path, which may already have a query.</param>
    /// <param name="query">The names and values.</param>
    /// <param name="teamId">The team to add, unless the path or query already specifies one.</param>
    internal static string Append(string path, IDictionary query, string? teamId)
    {
        var parts = query.Cast<DictionaryEntry>().Select(entry => $"{Text(entry.Key)}={Text(entry.Value)}").ToList();
        if (
            teamId is not null
            && !parts.Concat(path.Split('?', '&')).Any(part => part.StartsWith("teamId=", StringComparison.OrdinalIgnoreCase))
        )
        {
            parts.Add($"teamId={Text(teamId)}");
        }

        return string.Join("&", parts) is { Length: > 0 } text ? path + (path.Contains('?') ? "&" : "?") + text : path;
    }

    private static string Text(object? value) => Uri.EscapeDataString(LanguagePrimitives.ConvertTo<string>(value) ?? string.Empty);
}
