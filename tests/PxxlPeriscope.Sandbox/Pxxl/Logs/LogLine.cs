namespace PxxlPeriscope.Sandbox.Pxxl.Logs;

/// <summary>One line of a log. Only build logs have a phase, only run-time logs a level.</summary>
internal sealed record LogLine(DateTimeOffset Time, string Text, string? Phase = null, string? Level = null);
