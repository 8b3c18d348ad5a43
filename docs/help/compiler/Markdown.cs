using System.Text;
using System.Text.RegularExpressions;

namespace PxxlPeriscope.Help;

/// <summary>The little Markdown that the pages use, as plain text.</summary>
internal static partial class Markdown
{
    /// <summary>
    /// Paragraphs on one line each, for PowerShell to wrap to the window. A list is one paragraph with a line for each item.
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

    /// <summary>Without the marks: code as it is, and a link as its text with the address behind it.</summary>
    internal static string Plain(string text) => Link().Replace(text, "$1 ($2)").Replace("`", string.Empty).Replace("**", string.Empty);

    [GeneratedRegex(@"^\s*(-|\d+\.) ")]
    private static partial Regex ListItem();

    [GeneratedRegex(@"\[([^\]]+)\]\((https?://[^)]+)\)")]
    private static partial Regex Link();
}
