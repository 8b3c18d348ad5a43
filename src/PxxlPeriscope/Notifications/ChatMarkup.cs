using System.Text;

namespace PxxlPeriscope.Notifications;

/// <summary>Takes the meaning from characters that a chat would read as markup: a commit's message comes from anybody.</summary>
internal static class ChatMarkup
{
    private const string DiscordMarks = "\\*_~`|<>[]@";

    /// <summary>
    /// What Slack documents: these three are its control characters, so that nothing left can be a link or call a channel
    /// (<c>&lt;!channel&gt;</c>). Bold and italics remain; there is no way to escape them.
    /// </summary>
    internal static string Slack(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    /// <summary>Discord takes a backslash before any mark. A few have a meaning at the beginning of a line only.</summary>
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
