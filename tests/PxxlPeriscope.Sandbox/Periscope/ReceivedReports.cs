using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace PxxlPeriscope.Sandbox.Periscope;

/// <summary>Everything sent to Periscope: the record of each deployment, and every attempt.</summary>
public sealed class ReceivedReports
{
    // The record id of the published sample. Like database ids, the ids continue after Clear.
    private const int FirstRecordId = 42;

    private readonly object _changing = new();
    private readonly Dictionary<string, ReceivedReport> _byDeploymentId = new(StringComparer.Ordinal);
    private readonly List<ReportAttempt> _attempts = [];
    private int _nextRecordId = FirstRecordId;

    public int Count
    {
        get
        {
            lock (_changing)
                return _byDeploymentId.Count;
        }
    }

    /// <summary>The records by the deployment id that was sent.</summary>
    public IReadOnlyDictionary<string, ReceivedReport> ByDeploymentId
    {
        get
        {
            lock (_changing)
                return new Dictionary<string, ReceivedReport>(_byDeploymentId, StringComparer.Ordinal);
        }
    }

    /// <summary>Every POST that reached Periscope, oldest first.</summary>
    public IReadOnlyList<ReportAttempt> Attempts
    {
        get
        {
            lock (_changing)
                return [.. _attempts];
        }
    }

    /// <summary>The record of a deployment id. Throws if no report was received for it.</summary>
    public ReceivedReport this[string deploymentId] =>
        TryGet(deploymentId, out var report)
            ? report
            : throw new KeyNotFoundException($"Periscope has not received a report for '{deploymentId}'.");

    public bool TryGet(string deploymentId, [NotNullWhen(true)] out ReceivedReport? report)
    {
        lock (_changing)
            return _byDeploymentId.TryGetValue(deploymentId, out report);
    }

    public void Clear()
    {
        lock (_changing)
        {
            _byDeploymentId.Clear();
            _attempts.Clear();
        }
    }

    internal (ReceivedReport Report, bool Created) Store(string deploymentId, string status, JsonObject payload)
    {
        lock (_changing)
        {
            var known = _byDeploymentId.GetValueOrDefault(deploymentId);
            var report = new ReceivedReport
            {
                DeploymentId = deploymentId,
                RecordId = known?.RecordId ?? _nextRecordId++,
                Payload = payload,
                Statuses = [.. known?.Statuses ?? [], status],
            };
            _byDeploymentId[deploymentId] = report;
            return (report, known is null);
        }
    }

    internal void Log(ReportAttempt attempt)
    {
        lock (_changing)
            _attempts.Add(attempt);
    }
}
