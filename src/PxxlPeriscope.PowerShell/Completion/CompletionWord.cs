namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>The word of a command line that is being completed, with its opening quote.</summary>
/// <param name="Text">The text without quotes.</param>
/// <param name="Quote">The opening quote; null for none.</param>
internal sealed record CompletionWord(string Text, char? Quote)
{
    // PowerShell treats the curly quotes of word processors like the straight ones.
    private const string SingleQuotes = "'\u2018\u2019\u201a\u201b";
    private const string DoubleQuotes = "\"\u201c\u201d\u201e";

    internal static CompletionWord Parse(string? word)
    {
        if (string.IsNullOrEmpty(word))
        {
            return new(string.Empty, null);
        }

        var quotes =
            SingleQuotes.Contains(word![0]) ? SingleQuotes
            : DoubleQuotes.Contains(word[0]) ? DoubleQuotes
            : null;
        if (quotes is null)
        {
            return new(word, null);
        }

        // PowerShell passes the text without doubled or escaped characters, and closes a quote that is still open.
        var end = word.Length > 1 && quotes.Contains(word[word.Length - 1]) ? word.Length - 1 : word.Length;
        return new(word.Substring(1, end - 1), quotes[0]);
    }

    /// <summary>
    /// Formats a text to replace this word: in the same quotes, or in new quotes if PowerShell would parse it as several words, a number or
    /// an expression.
    /// </summary>
    internal string Complete(string text) =>
        Quote switch
        {
            '"' => $"\"{Escape(text, DoubleQuotes + "$`", '`')}\"",
            null when IsWord(text) => text,
            _ => $"'{Escape(text, SingleQuotes, '\'')}'",
        };

    private static bool IsWord(string text) =>
        text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') && (char.IsLetter(text[0]) || text[0] == '_');

    private static string Escape(string text, string special, char by) =>
        string.Concat(text.Select(c => special.Contains(c) ? (by == '\'' ? $"{c}{c}" : $"{by}{c}") : $"{c}"));
}
