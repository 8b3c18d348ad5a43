using PxxlPeriscope.Periscope;

namespace PxxlPeriscope.Reports.Csv;

/// <summary>Makes a report of each row, also of a bad one: that is for <see cref="ReportValidation"/> to say, with the row's line.</summary>
/// <param name="clock">What spans before now count back from.</param>
internal sealed class CsvRowReader(TimeProvider clock)
{
    private readonly CsvLineCounter _lines = new();

    /// <summary>The report of a row.</summary>
    /// <param name="row">The row; its names count in any case.</param>
    /// <param name="specified">What holds for every row, whatever it says itself.</param>
    internal DeploymentReport Read(CsvRow row, IEnumerable<KeyValuePair<string, object?>> specified)
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
            : report with { Unreadable = [new InvalidValue(null, $"the row has none of the columns {string.Join(", ", ReportBuilder.Fields)}")] };
    }
}
