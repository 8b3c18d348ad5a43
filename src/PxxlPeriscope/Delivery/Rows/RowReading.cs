namespace PxxlPeriscope;

/// <summary>Makes a report of each row, also of a bad one: that is for <see cref="ReportValidation"/> to say, with the row's line.</summary>
/// <param name="clock">What spans before now count back from.</param>
internal sealed class RowReading(TimeProvider clock)
{
    private readonly LineCount _lines = new();

    /// <summary>The report of a row.</summary>
    /// <param name="row">The row; its names count in any case.</param>
    /// <param name="given">What holds for every row, whatever it says itself.</param>
    internal DeploymentReport Read(ReportRow row, IEnumerable<KeyValuePair<string, object?>> given)
    {
        int? line = row.HasLine
            ? _lines.Next(row.LinesBefore, row.Cells.Select(cell => cell.Key), row.Cells.Select(cell => cell.Value as string))
            : null;
        var draft = new ReportDraft(clock.GetUtcNow());
        var hasField = false;
        foreach (var cell in row.Cells.Where(cell => ReportDraft.IsField(cell.Key)))
        {
            draft[cell.Key] = cell.Value;
            hasField = true;
        }

        foreach (var field in given)
        {
            draft[field.Key] = field.Value;
        }

        var report = draft.ToReport() with { Line = line };
        return hasField
            ? report
            : report with { Unreadable = [new UnreadableValue(null, $"the row has none of the columns {string.Join(", ", ReportDraft.Fields)}")] };
    }
}
