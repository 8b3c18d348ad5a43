using System.Text;

namespace PxxlPeriscope.Text;

/// <summary>Makes text from outside safe for a terminal.</summary>
internal static class Printable
{
    /// <summary>Returns the text as one line of limited length, without control characters, which could control the terminal.</summary>
    internal static string ToSingleLine(string text, int maximumLength)
    {
        var line = new StringBuilder(Math.Min(text.Length, maximumLength));
        foreach (var c in text)
        {
            if (line.Length == maximumLength)
            {
                return line.Append("...").ToString();
            }

            if (!char.IsControl(c) && !char.IsWhiteSpace(c) && !IsFormatting(c))
            {
                line.Append(c);
            }
            else if (line.Length > 0 && line[line.Length - 1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>Returns the beginning of a body as text, whatever its bytes are. It is longer than what will be shown.</summary>
    internal static string Excerpt(byte[] body) => Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 4096));

    /// <summary>
    /// Formatting characters such as bidirectional overrides make a terminal show text that differs from the actual text.
    /// </summary>
    private static bool IsFormatting(char c) => char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format;
}
