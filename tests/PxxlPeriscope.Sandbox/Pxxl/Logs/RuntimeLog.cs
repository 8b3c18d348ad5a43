using PxxlPeriscope.Sandbox.Pxxl.Data;

namespace PxxlPeriscope.Sandbox.Pxxl.Logs;

/// <summary>The output of a running release: one line every 20 seconds since it went live. The newest thousand lines are kept.</summary>
internal static class RuntimeLog
{
    private const int Retention = 1000;
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(20);

    public static IEnumerable<LogLine> Of(SandboxDeployment deployment, DateTimeOffset now)
    {
        var live = deployment.CreatedAt + (deployment.Timeline?.Total ?? TimeSpan.Zero);
        var beats = (long)Math.Floor((now - live) / LineInterval);
        for (var beat = Math.Max(0, beats - Retention + 1); beat <= beats; beat++)
            yield return Line(live + beat * LineInterval, beat);
    }

    private static LogLine Line(DateTimeOffset time, long beat) =>
        (beat % 10) switch
        {
            3 => new(time, $"slow query: {400 + beat % 37} ms", Level: "warning"),
            7 => new(time, "upstream closed the connection, will retry", Level: "error"),
            _ => new(time, $"GET /health 200 {2 + beat % 5} ms", Level: "info"),
        };
}
