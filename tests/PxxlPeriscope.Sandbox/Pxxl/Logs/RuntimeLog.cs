namespace PxxlPeriscope.Sandbox;

/// <summary>What a running release writes: a line every twenty seconds since it is live, of which the newest thousand are kept.</summary>
internal static class RuntimeLog
{
    private const int Kept = 1000;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(20);

    public static IEnumerable<LogLine> Of(SandboxDeployment deployment, DateTimeOffset now)
    {
        var live = deployment.CreatedAt + (deployment.Timeline?.Total ?? TimeSpan.Zero);
        var beats = (long)Math.Floor((now - live) / Beat);
        for (var beat = Math.Max(0, beats - Kept + 1); beat <= beats; beat++)
            yield return Line(live + beat * Beat, beat);
    }

    private static LogLine Line(DateTimeOffset time, long beat) => (beat % 10) switch
    {
        3 => new(time, $"slow query: {400 + beat % 37} ms", Level: "warning"),
        7 => new(time, "upstream closed the connection, will retry", Level: "error"),
        _ => new(time, $"GET /health 200 {2 + beat % 5} ms", Level: "info"),
    };
}
