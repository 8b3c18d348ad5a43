namespace PxxlPeriscope.Sandbox.Pxxl.Logs;

/// <summary>A log line. Only build logs have phases, and only runtime logs have levels.</summary>
internal sealed record LogLine(DateTimeOffset Time, string Text, string? Phase = null, string? Level = null);
