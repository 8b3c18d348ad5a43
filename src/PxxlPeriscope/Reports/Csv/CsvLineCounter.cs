namespace PxxlPeriscope.Reports.Csv;

/// <summary>
/// On which line of its file a row begins. Who reads a CSV file for PowerShell does not say; but the cells say over how many lines a
/// row goes, and the names of the columns how many the header has. Blank lines are lost on the way.
/// </summary>
internal sealed class CsvLineCounter
{
    private int _next;

    /// <summary>The line of a row.</summary>
    /// <param name="linesBefore">Lines before the header, for the first row.</param>
    /// <param name="columns">The columns' names, for the first row.</param>
    /// <param name="cells">The row's cells as they are in the file.</param>
    internal int Next(int linesBefore, IEnumerable<string> columns, IEnumerable<string?> cells)
    {
        if (_next == 0)
        {
            _next = 1 + linesBefore + 1 + columns.Sum(CountLineBreaks);
        }

        var line = _next;
        _next += 1 + cells.Sum(CountLineBreaks);
        return line;
    }

    private static int CountLineBreaks(string? text)
    {
        var breaks = 0;
        for (var i = 0; i < text?.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                breaks++;
            }
        }

        return breaks;
    }
}
