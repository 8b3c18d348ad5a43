using System.Text.RegularExpressions;

namespace PxxlPeriscope.Reports.Ci;

/// <summary>The environment variables of a CI job. An empty one is none.</summary>
/// <param name="read">Reads an environment variable.</param>
internal sealed class CiVariables(Func<string, string?> read)
{
    private static readonly Regex Placeholder = new(
        @"\{(?<before>-?)(?<name>[A-Z][A-Z0-9_]*)(?:#(?<member>[a-z_.]+))?(?<optional>\??)\}",
        RegexOptions.CultureInvariant
    );

    internal bool Has(string name) => Read(name) is not null;

    internal bool Is(string name, string value) => string.Equals(Read(name), value, StringComparison.OrdinalIgnoreCase);

    internal bool StartsWith(string name, string beginning) => Read(name)?.StartsWith(beginning, StringComparison.Ordinal) == true;

    internal bool EndsWith(string name, string end) => Read(name)?.EndsWith(end, StringComparison.Ordinal) == true;

    /// <summary>
    /// A text with its variables replaced: <c>{NAME}</c>, <c>{NAME#a.b}</c> for a member of the JSON in the file that the variable names,
    /// <c>{-NAME?}</c> for one that may be missing, together with the dash before it.
    /// </summary>
    /// <param name="template">The text.</param>
    /// <param name="source">The variables that were used.</param>
    /// <param name="problem">Why a variable that is there could not be used.</param>
    /// <returns>Null when a variable that must be there is not.</returns>
    internal string? Expand(string template, out string source, out string? problem)
    {
        var names = new List<string>();
        string? unusable = null;
        var isWhole = true;
        var text = Placeholder.Replace(
            template,
            place =>
            {
                var name = place.Groups["name"].Value;
                var member = place.Groups["member"];
                var value = Read(name);
                if (value is not null && member.Success)
                {
                    value = CiEventFile.Read(value, member.Value, out unusable);
                    name = $"{member.Value} in the file of {name}";
                }

                if (value is null)
                {
                    isWhole &= place.Groups["optional"].Length > 0;
                    return string.Empty;
                }

                names.Add(name);
                return place.Groups["before"].Value + value;
            }
        );
        source = string.Join(", ", names);
        problem = unusable;
        return isWhole ? text : null;
    }

    private string? Read(string name) => read(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
}
