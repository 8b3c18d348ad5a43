using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>
/// Reads an environment variable without its value. The documentation says that values are never returned; should one come, nothing
/// here touches it. (Fact sheet, sections (b) and (d).)
/// </summary>
internal static class VariableReader
{
    private const int LongestName = 256;

    /// <summary>Null for a row without a name.</summary>
    internal static ProjectVariable? Read(JsonElement row, string projectId, bool isGlobal) =>
        Name(row.Text() ?? row.FirstText("key", "name")) is not { } name ? null : new ProjectVariable
        {
            Name = name,
            IsSecret = row.Member("isSecret", "secret", "is_secret")?.Flag(),
            Scope = row.FirstText("scope", "environment") is { } scope ? Printable.Line(scope, 80) : null,
            IsGlobal = isGlobal,
            ProjectId = projectId,
        };

    /// <summary>No name has an equals sign in it; what stands behind one would be the value.</summary>
    private static string? Name(string? text)
    {
        var name = text is null ? string.Empty : Printable.Line(text.Split('=')[0], LongestName);
        return name.Length > 0 ? name : null;
    }
}
