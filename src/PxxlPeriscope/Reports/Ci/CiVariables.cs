using System.Text.RegularExpressions;

namespace PxxlPeriscope.Reports.Ci;

/// <summary>The environment variables of a CI job. An empty variable counts as missing.</summary>
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
    /// Expands a template: <c>{NAME}</c> is a variable, <c>{NAME#a.b}</c> a member of the JSON in the file that the variable names, and
    /// <c>{-NAME?}</c> an optional variable that is preceded by a dash if it is set.
    /// </summary>
    /// <param name="template">The template.</param>
    /// <param name="source">The variables that were used.</param>
    /// <param name="problem">Why the value of a variable could not be used.</param>
    /// <returns>The text; null if a required variable is missing.</returns>
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
