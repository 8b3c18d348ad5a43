namespace PxxlPeriscope.Pxxl.Logs;

/// <summary>
/// Finds the first new line in a log response by overlapping it with the previous response. A log grows at its end, responses repeat
/// earlier lines, and the oldest lines are dropped from them. Lines have no ids, and the same line may occur many times in a row, so two
/// responses are compared as sequences, not as sets of lines.
/// </summary>
/// <remarks>
/// The longest overlap is used. If lines have times, it is correct as soon as the time changes once within it: a sequence of increasing
/// times matches itself at only one offset. If it is ambiguous (both responses consist of the same line repeated), the smallest number of
/// lines counts as new: losing one of several equal lines is better than repeating one.
/// </remarks>
/// <param name="maxLines">The maximum number of lines that are remembered, at 8 bytes each.</param>
internal sealed class WindowOverlap(int maxLines = 100_000)
{
    private ulong[] _previous = [];

    /// <summary>The number of lines of the previous response that precede the remembered ones.</summary>
    private int _trimmed;

    /// <summary>Processes the next response, given as one hash per line.</summary>
    /// <param name="window">The hashes, oldest first.</param>
    /// <param name="hasGap">Whether the response contains none of the lines seen before, so that lines in between may be lost.</param>
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

    /// <summary>Finds the first new line; null for a response that is older than the previous one.</summary>
    private int? FindFirstNewLine(ulong[] window, ref bool hasGap)
    {
        var end = _trimmed + _previous.Length;
        if (window.Length >= end && window.AsSpan(_trimmed, _previous.Length).SequenceEqual(_previous))
        {
            // The log has only grown: the usual case, and the only one that is never ambiguous.
            return end;
        }

        // The previous response ends with the lines that this one begins with.
        var (overlap, lastInSeen) = FindOverlap(window, _previous);
        // This response contains the previous one completely, for example because it reaches further back in an archive.
        var (staleLength, lastInWindow) = FindOverlap(_previous, window);
        var containedLength = lastInWindow >= 0 ? _previous.Length : Math.Max(staleLength, lastInSeen >= 0 ? window.Length : 0);
        if (overlap == 0 && containedLength == 0)
        {
            hasGap = true;
            return 0;
        }

        // Logs do not run backward. A match that implies this must cover more than twice as many lines.
        return 2 * overlap >= containedLength ? overlap
            : lastInWindow >= 0 ? lastInWindow
            : null;
    }

    /// <summary>The Knuth-Morris-Pratt algorithm: linear time, even if many lines are equal.</summary>
    /// <returns>The length of the longest prefix of the pattern that is a suffix of the text, and the end of the last full match of the
    /// pattern; -1 if there is none.</returns>
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
