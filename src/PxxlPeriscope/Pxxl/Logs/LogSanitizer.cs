using System.Globalization;
using System.Text;

namespace PxxlPeriscope.Pxxl.Logs;

/// <summary>
/// A line of a log, made fit for a terminal. What a program wrote into its log could otherwise move the cursor, change the title or
/// show another text than there is. Escape sequences (ECMA-48) go as a whole, with their parameters; tabs become spaces up to the next
/// stop, and a carriage return, with which progress bars overwrite a line, becomes one space.
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

    /// <summary>The place after the sequence that begins here. One that is malformed ends before the character that breaks it.</summary>
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
                // ESC ( B and the like: intermediate characters, then one that ends it.
                at = Skip(text, at, ' ', '/');
                return at < text.Length && text[at] is >= '0' and <= '~' ? at + 1 : at;
            }

            // ESC and a letter is the seven-bit form of a C1 control where there is one.
            introducer = text[at] is >= '@' and <= '_' ? (char)(text[at] + 0x40) : '\0';
            at++;
        }

        return introducer switch
        {
            Csi => EndOfControl(text, at),
            // DCS, SOS, OSC, PM and APC carry a text up to a terminator.
            '\u0090' or '\u0098' or '\u009d' or '\u009e' or '\u009f' => EndOfString(text, at),
            _ => at,
        };
    }

    private static int EndOfControl(string text, int at)
    {
        at = Skip(text, Skip(text, at, '0', '?'), ' ', '/');
        return at < text.Length && text[at] is >= '@' and <= '~' ? at + 1 : at;
    }

    /// <summary>Up to BEL, ST in either form, or CAN and SUB, which abort it; a terminal would take all the rest of the line else.</summary>
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
