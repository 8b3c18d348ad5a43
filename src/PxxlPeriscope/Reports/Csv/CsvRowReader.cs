namespace PxxlPeriscope.Reports.Csv;

/// <summary>
/// Converts each row to a report, even an invalid one, so that <see cref="ReportValidation"/> can name the line of the problem.
/// </summary>
/// <param name="clock">The clock that spans before now refer to.</param>
internal sealed class CsvRowReader(TimeProvider clock)
{
    private readonly LineCounter _lines = new();

    /// <summary>Converts a row to a report.</summary>
    /// <param name="row">The row. Column names are not case-sensitive.</param>
    /// <param name="specified">Values that override those of every row.</param>
    internal DeploymentReport Read(Row row, IEnumerable<KeyValuePair<string, object?>> specified)
    {
        int? line = row.HasLine
            ? _lines.Next(row.LinesBefore, row.Cells.Select(cell => cell.Key), row.Cells.Select(cell => cell.Value as string))
            : null;
        var builder = new ReportBuilder(clock.GetUtcNow());
        var hasField = false;
        foreach (var cell in row.Cells.Where(cell => ReportBuilder.IsField(cell.Key)))
        {
            builder[cell.Key] = cell.Value;
            hasField = true;
        }

        foreach (var field in specified)
        {
            builder[field.Key] = field.Value;
        }

        var report = builder.Build() with { Line = line };
        return hasField
            ? report
            : report with
            {
                Unreadable =
                [
                    new DeploymentReport.InvalidValue(null, $"the row has none of the columns {string.Join(", ", ReportBuilder.Fields)}"),
                ],
            };
    }

    /// <summary>An input object: a row of a CSV file, or any other object with properties.</summary>
    /// <param name="Cells">Names and values, in order. Names that do not belong to a report are only used for counting lines.</param>
    internal sealed record Row(IReadOnlyList<KeyValuePair<string, object?>> Cells)
    {
        /// <summary>
        /// Whether the object can be a row of a CSV file: one of several piped objects that have only string properties. JSON and .NET
        /// objects have no line number.
        /// </summary>
        internal bool MayHaveLine { get; init; }

        /// <summary>The number of lines before the header. Export-Csv of Windows PowerShell writes a type line by default.</summary>
        internal int LinesBefore { get; init; }

        internal bool HasLine => MayHaveLine && Cells.All(cell => cell.Value is null or string);
    }

    /// <summary>
    /// Determines the line on which each row of a file begins. The CSV cmdlets of PowerShell do not report it, but the cells tell how many
    /// lines a row spans, and the column names how many the header spans. Blank lines are not counted, because the cmdlets drop them.
    /// </summary>
    internal sealed class LineCounter
    {
        private int _next;

        /// <summary>Returns the line of a row.</summary>
        /// <param name="linesBefore">The number of lines before the header, for the first row.</param>
        /// <param name="columns">The column names, for the first row.</param>
        /// <param name="cells">The cells of the row as they are in the file.</param>
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
}
