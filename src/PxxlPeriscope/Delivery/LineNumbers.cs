namespace PxxlPeriscope;

/// <summary>Line numbers as text.</summary>
internal static class LineNumbers
{
    private const int MostParts = 20;

    /// <summary><c>2, 5-7, 9</c>; a long list ends with how many more there are.</summary>
    internal static string Text(IEnumerable<int> lines)
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

        var parts = ranges.Take(MostParts).Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}");
        var more = ranges.Skip(MostParts).Sum(range => range.Last - range.First + 1);
        return string.Join(", ", parts) + (more > 0 ? $" and {more} more" : string.Empty);
    }
}
