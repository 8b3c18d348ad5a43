using System.Text;
using System.Text.RegularExpressions;

namespace PxxlPeriscope.Help;

/// <summary>Converts the subset of Markdown that the pages use to plain text.</summary>
internal static partial class Markdown
{
    /// <summary>
    /// Splits lines into paragraphs of one line each, which PowerShell wraps to the window. A list is one paragraph with a line per item.
    /// </summary>
    internal static IReadOnlyList<string> Paragraphs(IEnumerable<string> lines)
    {
        var paragraphs = new List<string>();
        var paragraph = new StringBuilder();
        foreach (var line in lines.Append(string.Empty))
        {
            if (line.Length > 0)
            {
                var separator =
                    paragraph.Length == 0 ? string.Empty
                    : IsListItem(line) ? "\n"
                    : " ";
                paragraph.Append(separator).Append(line.Trim());
            }
            else if (paragraph.Length > 0)
            {
                paragraphs.Add(Plain(paragraph.ToString()));
                paragraph.Clear();
            }
        }

        return paragraphs;
    }

    internal static bool IsListItem(string line) => ListItem().IsMatch(line);

    /// <summary>Removes the markup: code is kept unchanged, and a link becomes its text followed by the address.</summary>
    internal static string Plain(string text) => Link().Replace(text, "$1 ($2)").Replace("`", string.Empty).Replace("**", string.Empty);

    [GeneratedRegex(@"^\s*(-|\d+\.) ")]
    private static partial Regex ListItem();

    [GeneratedRegex(@"\[([^\]]+)\]\((https?://[^)]+)\)")]
    private static partial Regex Link();
}
