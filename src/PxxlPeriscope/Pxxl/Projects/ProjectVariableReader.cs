using System.Text.Json;
using PxxlPeriscope.Json;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Pxxl.Projects;

/// <summary>
/// Reads an environment variable without its value. According to the documentation, values are never returned; if the service returns one
/// nevertheless, it is not read. (docs/facts/pxxl-api.md, "Routes and envelopes".)
/// </summary>
internal static class ProjectVariableReader
{
    private const int MaxNameLength = 256;

    /// <summary>Returns null for a row without a name.</summary>
    internal static ProjectVariable? Read(JsonElement row, string projectId, bool isGlobal) =>
        Name(row.AsText() ?? row.GetFirstText("key", "name")) is not { } name
            ? null
            : new ProjectVariable
            {
                Name = name,
                IsSecret = row.GetMember("isSecret", "secret", "is_secret")?.AsBoolean(),
                Scope = row.GetFirstText("scope", "environment") is { } scope ? Printable.ToSingleLine(scope, 80) : null,
                IsGlobal = isGlobal,
                ProjectId = projectId,
            };

    /// <summary>A name cannot contain an equals sign; the text after it would be the value.</summary>
    private static string? Name(string? text)
    {
        var name = text is null ? string.Empty : Printable.ToSingleLine(text.Split('=')[0], MaxNameLength);
        return name.Length > 0 ? name : null;
    }
}
