using System.Globalization;
using System.Text;

namespace PxxlPeriscope.Pxxl.Logs;

/// <summary>
/// Makes a log line safe for a terminal. Text that a program writes to its log could otherwise move the cursor, change the title or
/// disguise what is shown. Escape sequences (ECMA-48) are removed as a whole, with their parameters; tabs become spaces up to the next tab
/// stop, and a carriage return, which progress bars use to overwrite a line, becomes one space.
/// </summary>
internal static class LogSanitizer
{
    private const int TabStop = 8;
    private const char Escape = '\u001b';
    private const char Csi = '\u009b';
    private const char StringEnd = '\u009c';

    internal static string Sanitize(string text)
    {
        if (!NeedsCleaning(text))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; )
        {
            var c = text[at];
            if (c == Escape || IsC1(c))
            {
                at = EndOfSequence(text, at);
                continue;
            }

            at++;
            if (c == '\t')
            {
                clean.Append(' ', TabStop - (clean.Length % TabStop));
            }
            else if (c is '\r' or '\n' or '\v' or '\f' or '\u2028' or '\u2029')
            {
                clean.Append(' ');
            }
            else if (!IsRemoved(c))
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    private static bool NeedsCleaning(string text)
    {
        foreach (var c in text)
        {
            if (c is < ' ' or > '~' && (c is '\u2028' or '\u2029' || IsRemoved(c)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsRemoved(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format;

    private static bool IsC1(char c) => c is >= '\u0080' and <= '\u009f';

    /// <summary>
    /// Returns the position after the escape sequence that starts here. A malformed sequence ends before the first invalid character.
    /// </summary>
    private static int EndOfSequence(string text, int at)
    {
        var introducer = text[at++];
        if (introducer == Escape)
        {
            if (at == text.Length || text[at] is < ' ' or > '~')
            {
                return at;
            }

            if (text[at] is >= ' ' and <= '/')
            {
                // ESC ( B and similar sequences: intermediate characters followed by a final character.
                at = Skip(text, at, ' ', '/');
                return at < text.Length && text[at] is >= '0' and <= '~' ? at + 1 : at;
            }

            // ESC followed by a letter is the seven-bit form of a C1 control character, if one exists.
            introducer = text[at] is >= '@' and <= '_' ? (char)(text[at] + 0x40) : '\0';
            at++;
        }

        return introducer switch
        {
            Csi => EndOfControl(text, at),
            // DCS, SOS, OSC, PM and APC carry a string up to a terminator.
            '\u0090' or '\u0098' or '\u009d' or '\u009e' or '\u009f' => EndOfString(text, at),
            _ => at,
        };
    }

    private static int EndOfControl(string text, int at)
    {
        at = Skip(text, Skip(text, at, '0', '?'), ' ', '/');
        return at < text.Length && text[at] is >= '@' and <= '~' ? at + 1 : at;
    }

    /// <summary>
    /// A control string ends at BEL, at ST in either form, or at CAN and SUB, which abort it. Without these a terminal would consume the
    /// rest of the line.
    /// </summary>
    private static int EndOfString(string text, int at)
    {
        for (; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\a' or StringEnd or '\u0018' or '\u001a':
                    return at + 1;
                case Escape:
                    return at + 1 < text.Length && text[at + 1] == '\\' ? at + 2 : at;
            }
        }

        return at;
    }

    private static int Skip(string text, int at, char from, char to)
    {
        while (at < text.Length && text[at] >= from && text[at] <= to)
        {
            at++;
        }

        return at;
    }
}
