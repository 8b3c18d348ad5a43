namespace PxxlPeriscope.Pxxl.Logs;

/// <summary>What one answer shows of a log.</summary>
/// <param name="Lines">Oldest first, their texts as they came.</param>
/// <param name="SkippedRows">How many rows had no text in any known form.</param>
/// <param name="Status">The word that a build log has for its deployment; null where it says none.</param>
/// <param name="IsLastLinePartial">Whether the last line may still grow: the log came as one text that ends without a line break.</param>
internal sealed record LogWindow(IReadOnlyList<LogLine> Lines, int SkippedRows, string? Status, bool IsLastLinePartial);
