namespace PxxlPeriscope.Text;

/// <summary>Formats line numbers.</summary>
internal static class LineNumbers
{
    private const int MaxRanges = 20;

    /// <summary>Formats ranges such as <c>2, 5-7, 9</c>. A long list ends with the number of remaining lines.</summary>
    internal static string Format(IEnumerable<int> lines)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var line in lines.OrderBy(line => line))
        {
            if (ranges.Count > 0 && ranges[ranges.Count - 1].Last >= line - 1)
            {
                ranges[ranges.Count - 1] = (ranges[ranges.Count - 1].First, line);
            }
            else
            {
                ranges.Add((line, line));
            }
        }

        var parts = ranges.Take(MaxRanges).Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}");
        var remaining = ranges.Skip(MaxRanges).Sum(range => range.Last - range.First + 1);
        return string.Join(", ", parts) + (remaining > 0 ? $" and {remaining} more" : string.Empty);
    }
}
