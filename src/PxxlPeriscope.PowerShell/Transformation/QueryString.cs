using System.Collections;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>A query given as a hashtable.</summary>
internal static class QueryString
{
    /// <param name="path">May have a query already.</param>
    /// <param name="query">Names and values.</param>
    /// <param name="teamId">Added unless a team is named already.</param>
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
