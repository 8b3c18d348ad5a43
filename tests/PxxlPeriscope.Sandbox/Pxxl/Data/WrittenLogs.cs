using System.Collections.Concurrent;
using PxxlPeriscope.Sandbox.Pxxl.Logs;

namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>The lines that tests write to logs. A deployment with such lines shows them instead of generated ones.</summary>
public sealed class WrittenLogs
{
    private readonly SandboxClock _clock;
    private readonly ConcurrentQueue<SandboxLogLine> _lines = new();

    internal WrittenLogs(SandboxClock clock) => _clock = clock;

    public void Add(SandboxLogLine line) => _lines.Enqueue(line with { Time = line.Time ?? _clock.UtcNow });

    public void Clear() => _lines.Clear();

    /// <summary>The written lines up to now; null for a deployment without written lines.</summary>
    internal IReadOnlyList<LogLine>? Of(string deploymentId, bool isBuild, DateTimeOffset now)
    {
        var own = _lines.Where(line => line.DeploymentId == deploymentId).ToList();
        return own.Count == 0
            ? null
            :
            [
                .. own.Where(line => line.Phase is not null == isBuild && line.Time <= now)
                    .Select(line => new LogLine(line.Time!.Value, line.Text, line.Phase, line.Level)),
            ];
    }
}
