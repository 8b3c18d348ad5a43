namespace PxxlPeriscope.Pxxl.Logs;

/// <summary>
/// Knows what an answer showed of a log, and finds in the next one where the new lines begin. A log grows at its end, answers repeat
/// what they showed before, and the oldest lines fall out of them. Lines have no ids, and the same line may come many times in a row,
/// so the two windows are laid over each other as sequences, never compared as sets of lines.
/// </summary>
/// <remarks>
/// The longest overlap counts. Where lines have times, it is the true one as soon as the time changes once within it: a sequence that
/// does not run backwards fits onto itself only where it stands still. Where it is ambiguous (a window full of one and the same line,
/// before and after), the fewest lines count as new: better one of several like lines too few than a repeated one.
/// </remarks>
/// <param name="maxLines">How many lines are remembered, at 8 bytes each.</param>
internal sealed class WindowOverlap(int maxLines = 100_000)
{
    private ulong[] _previous = [];

    /// <summary>How many lines of that window came before those that are remembered.</summary>
    private int _trimmed;

    /// <summary>Takes the next window, as one number for each line.</summary>
    /// <param name="window">Oldest first.</param>
    /// <param name="hasGap">Whether nothing of what was seen before is in it: lines in between may be lost.</param>
    /// <returns>The index of the first new line.</returns>
    internal int Advance(ulong[] window, out bool hasGap)
    {
        hasGap = false;
        if (window.Length == 0)
        {
            return 0;
        }

        var begin = FindFirstNewLine(window, ref hasGap);
        if (begin is not null)
        {
            _trimmed = Math.Max(0, window.Length - maxLines);
            _previous = window.AsSpan(_trimmed).ToArray();
        }

        return begin ?? window.Length;
    }

    /// <summary>Where the new lines begin; null for a window that is older than the one that was seen.</summary>
    private int? FindFirstNewLine(ulong[] window, ref bool hasGap)
    {
        var end = _trimmed + _previous.Length;
        if (window.Length >= end && window.AsSpan(_trimmed, _previous.Length).SequenceEqual(_previous))
        {
            // It has only grown; the usual case, and the only one in which nothing is ever ambiguous.
            return end;
        }

        // The end of what was seen is the beginning of the window.
        var (overlap, lastInSeen) = FindOverlap(window, _previous);
        // All that was seen is inside of the window: an archive that has older lines too, say.
        var (staleLength, lastInWindow) = FindOverlap(_previous, window);
        var containedLength = lastInWindow >= 0 ? _previous.Length : Math.Max(staleLength, lastInSeen >= 0 ? window.Length : 0);
        if (overlap == 0 && containedLength == 0)
        {
            hasGap = true;
            return 0;
        }

        // A log does not run backwards. A reading in which its window does has to explain more than twice as many lines.
        return 2 * overlap >= containedLength ? overlap
            : lastInWindow >= 0 ? lastInWindow
            : null;
    }

    /// <summary>Knuth, Morris and Pratt: linear, however many lines are alike.</summary>
    /// <returns>How much of the pattern's beginning is the text's end, and where the pattern's last occurrence ends; -1 for none.</returns>
    private static (int AtEnd, int LastEnd) FindOverlap(ulong[] pattern, ulong[] text)
    {
        var border = new int[pattern.Length + 1];
        border[0] = -1;
        for (int i = 0, length = -1; i < pattern.Length; border[++i] = ++length)
        {
            while (length >= 0 && pattern[i] != pattern[length])
            {
                length = border[length];
            }
        }

        var (matched, last) = (0, -1);
        for (var i = 0; i < text.Length; i++)
        {
            while (matched == pattern.Length || (matched >= 0 && pattern[matched] != text[i]))
            {
                matched = border[matched];
            }

            matched++;
            last = matched == pattern.Length ? i + 1 : last;
        }

        return (matched, last);
    }
}
