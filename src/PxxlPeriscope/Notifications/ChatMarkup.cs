using System.Text;

namespace PxxlPeriscope.Notifications;

/// <summary>Escapes characters that a chat would interpret as markup, because anybody can write a commit message.</summary>
internal static class ChatMarkup
{
    private const string DiscordMarks = "\\*_~`|<>[]@";

    /// <summary>
    /// Escapes the three control characters that Slack documents, so that no text can become a link or notify a channel
    /// (<c>&lt;!channel&gt;</c>). Bold and italics remain, because they cannot be escaped.
    /// </summary>
    internal static string Slack(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    /// <summary>Discord accepts a backslash before any markup character. Some have a meaning only at the beginning of a line.</summary>
    internal static string Discord(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (DiscordMarks.Contains(c) || (c is '-' or '+' or '#' && escaped.Length == 0))
            {
                escaped.Append('\\');
            }

            escaped.Append(c);
        }

        return escaped.ToString();
    }
}
