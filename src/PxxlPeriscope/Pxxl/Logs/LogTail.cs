namespace PxxlPeriscope.Pxxl.Logs;

/// <summary>Finds the lines in each response that were not returned before.</summary>
internal sealed class LogTail
{
    private const ulong HashStart = 14695981039346656037;
    private const ulong HashFactor = 1099511628211;

    private readonly WindowOverlap _overlap = new();

    /// <summary>
    /// The hash of the partial last line that was already returned, so that it is not returned again once it is complete.
    /// </summary>
    private ulong? _emittedPartialLine;

    /// <summary>
    /// The last line of a log that is a single text without a line break at the end, so the line may still grow. It is held back until it
    /// is complete or unchanged in two consecutive responses.
    /// </summary>
    internal LogLine? HeldLine { get; private set; }

    /// <param name="window">The part of the log in a response.</param>
    /// <param name="hasGap">Whether lines may be missing between those returned before and those returned now.</param>
    internal IReadOnlyList<LogLine> TakeNewLines(LogReader.Window window, out bool hasGap)
    {
        var partialLine = window.IsLastLinePartial && window.Lines.Count > 0 ? window.Lines[window.Lines.Count - 1] : null;
        var completeCount = partialLine is null ? window.Lines.Count : window.Lines.Count - 1;
        var numbers = new ulong[completeCount];
        for (var i = 0; i < completeCount; i++)
        {
            numbers[i] = HashLine(window.Lines[i]);
        }

        var begin = _overlap.Advance(numbers, out hasGap);
        if (begin < completeCount && _emittedPartialLine is { } emitted)
        {
            begin += numbers[begin] == emitted ? 1 : 0;
            _emittedPartialLine = null;
        }

        var lines = new List<LogLine>(window.Lines.Count - begin);
        for (var i = begin; i < completeCount; i++)
        {
            lines.Add(window.Lines[i]);
        }

        UpdateHeldLine(partialLine, lines);
        return lines;
    }

    private void UpdateHeldLine(LogLine? partialLine, List<LogLine> lines)
    {
        if (partialLine is null)
        {
            HeldLine = null;
            return;
        }

        var number = HashLine(partialLine);
        if (number == _emittedPartialLine)
        {
            HeldLine = null;
        }
        else if (HeldLine is { } held && number == HashLine(held) && lines.Count == 0)
        {
            (HeldLine, _emittedPartialLine) = (null, number);
            lines.Add(partialLine);
        }
        else
        {
            HeldLine = partialLine;
        }
    }

    /// <summary>A 64-bit hash; a collision between two lines is practically impossible.</summary>
    private static ulong HashLine(LogLine line)
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
