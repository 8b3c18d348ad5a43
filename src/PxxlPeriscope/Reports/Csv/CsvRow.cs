namespace PxxlPeriscope.Reports.Csv;

/// <summary>One object of those that reports are made of: a row of a CSV file, or anything else with properties.</summary>
/// <param name="Cells">Names and values, in order. Those that no report has are only counted.</param>
internal sealed record CsvRow(IReadOnlyList<KeyValuePair<string, object?>> Cells)
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
