using System.Text;

namespace PxxlPeriscope.Text;

/// <summary>Text from outside, made fit for a terminal.</summary>
internal static class Printable
{
    /// <summary>One line without control characters, which could drive a terminal, at the most so long.</summary>
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

    /// <summary>The beginning of a body as text, whatever its bytes are; more of it than will be shown.</summary>
    internal static string Excerpt(byte[] body) => Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 4096));

    /// <summary>Bidirectional overrides and the like, which make a terminal show another text than there is.</summary>
    private static bool IsFormatting(char c) => char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format;
}
