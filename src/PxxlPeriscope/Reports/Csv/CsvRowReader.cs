namespace PxxlPeriscope.Reports.Csv;

/// <summary>Makes a report of each row, also of a bad one: that is for <see cref="ReportValidation"/> to say, with the row's line.</summary>
/// <param name="clock">What spans before now count back from.</param>
internal sealed class CsvRowReader(TimeProvider clock)
{
    private readonly LineCounter _lines = new();

    /// <summary>The report of a row.</summary>
    /// <param name="row">The row; its names count in any case.</param>
    /// <param name="specified">What holds for every row, whatever it says itself.</param>
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

    /// <summary>One object of those that reports are made of: a row of a CSV file, or anything else with properties.</summary>
    /// <param name="Cells">Names and values, in order. Those that no report has are only counted.</param>
    internal sealed record Row(IReadOnlyList<KeyValuePair<string, object?>> Cells)
    {
        /// <summary>
        /// Whether it can be a row of a CSV file: bare properties, piped in one after the other, with nothing but text in them. Objects of JSON
        /// or of .NET have no lines.
        /// </summary>
        internal bool MayHaveLine { get; init; }

        /// <summary>Lines before the header. Export-Csv of Windows PowerShell writes one with a type unless told not to.</summary>
        internal int LinesBefore { get; init; }

        internal bool HasLine => MayHaveLine && Cells.All(cell => cell.Value is null or string);
    }

    /// <summary>
    /// On which line of its file a row begins. Who reads a CSV file for PowerShell does not say; but the cells say over how many lines a
    /// row goes, and the names of the columns how many the header has. Blank lines are lost on the way.
    /// </summary>
    internal sealed class LineCounter
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
}
