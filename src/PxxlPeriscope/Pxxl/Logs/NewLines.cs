namespace PxxlPeriscope;

/// <summary>Finds in each window of a log the lines that were not given before.</summary>
internal sealed class NewLines
{
    private const ulong HashStart = 14695981039346656037;
    private const ulong HashFactor = 1099511628211;

    private readonly SeenWindow _seen = new();

    /// <summary>The unfinished last line that was given already, so that it is not given again once it is finished.</summary>
    private ulong? _givenOpen;

    /// <summary>
    /// The last line of a log that came as one text and does not end in a line break: it may still grow. It is given once it is
    /// finished, or the same in two windows; until then it is here.
    /// </summary>
    internal LogLine? Held { get; private set; }

    /// <param name="window">What an answer shows.</param>
    /// <param name="hasGap">Whether lines may be missing between what was given and what is given now.</param>
    internal IReadOnlyList<LogLine> In(LogWindow window, out bool hasGap)
    {
        var open = window.IsLastOpen && window.Lines.Count > 0 ? window.Lines[window.Lines.Count - 1] : null;
        var closed = open is null ? window.Lines.Count : window.Lines.Count - 1;
        var numbers = new ulong[closed];
        for (var i = 0; i < closed; i++)
        {
            numbers[i] = Number(window.Lines[i]);
        }

        var begin = _seen.Advance(numbers, out hasGap);
        if (begin < closed && _givenOpen is { } given)
        {
            begin += numbers[begin] == given ? 1 : 0;
            _givenOpen = null;
        }

        var lines = new List<LogLine>(window.Lines.Count - begin);
        for (var i = begin; i < closed; i++)
        {
            lines.Add(window.Lines[i]);
        }

        Hold(open, lines);
        return lines;
    }

    private void Hold(LogLine? open, List<LogLine> lines)
    {
        if (open is null)
        {
            Held = null;
            return;
        }

        var number = Number(open);
        if (number == _givenOpen)
        {
            Held = null;
        }
        else if (Held is { } held && number == Number(held) && lines.Count == 0)
        {
            (Held, _givenOpen) = (null, number);
            lines.Add(open);
        }
        else
        {
            Held = open;
        }
    }

    /// <summary>A number that two lines share only by a chance of one in many billions.</summary>
    private static ulong Number(LogLine line)
    {
        var number = Add(HashStart, (ulong)(line.Time?.UtcTicks ?? 0));
        foreach (var text in (ReadOnlySpan<string?>)[line.Level, line.Phase, line.Text])
        {
            foreach (var c in text ?? "\0")
            {
                number = Add(number, c);
            }

            number = Add(number, char.MaxValue);
        }

        return number;

        static ulong Add(ulong number, ulong value) => unchecked((number ^ value) * HashFactor);
    }
}
