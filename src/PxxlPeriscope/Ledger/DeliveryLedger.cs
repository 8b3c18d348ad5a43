using System.Text.Json;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Ledger;

/// <summary>
/// Records on disk what was last reported for each deployment, because Periscope cannot be queried. Each line of the file is one fact,
/// appended before a final status is sent and after it is confirmed. If the process is killed at any moment, at most one report is left
/// of which it is unknown whether it arrived. Several processes can use one file.
/// </summary>
internal sealed class DeliveryLedger
{
    private const int Version = 1;

    /// <summary>Older deployments are only read again with an explicit -Since. They are then sent again, which is harmless.</summary>
    internal static readonly TimeSpan Retention = TimeSpan.FromDays(90);

    private readonly TimeProvider _time;
    private readonly object _lock = new();
    private readonly Dictionary<string, DeliveryRecord> _byId = new(StringComparer.Ordinal);
    private readonly JsonLinesFile _lines;

    private readonly bool _isReadOnly;

    private DeliveryLedger(string path, TimeProvider time, bool isReadOnly)
    {
        (Path, _time, _isReadOnly) = (path, time, isReadOnly);
        _lines = new JsonLinesFile(path, Version, ApplyLine, Clear, () => StateErrors.TooNew(path));
    }

    internal string Path { get; }

    /// <summary>Reads the file, if it exists, and rewrites it if it is damaged or most of its lines are out of date.</summary>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="ServiceException"><see cref="StateFailure.StateTooNew"/>.</exception>
    internal static async Task<DeliveryLedger> OpenAsync(
        string path,
        TimeProvider time,
        Action<string>? warn,
        CancellationToken cancellationToken
    )
    {
        var reports = new DeliveryLedger(path, time, isReadOnly: false);
        var quarantinePath = await reports
            ._lines.OpenAsync(
                () => reports._lines.Count > (2 * reports._byId.Count) + 1000,
                () => reports._byId.Values.Select(record => (Action<Utf8JsonWriter>)record.Write),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (quarantinePath is not null)
        {
            warn?.Invoke(
                $"The delivery ledger '{path}' is damaged. It was copied to '{quarantinePath}', and its valid lines are used. "
                    + "Some reports may be sent again, which is harmless."
            );
        }

        return reports;
    }

    /// <summary>Reads the file, if it exists, without changing it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ServiceException"><see cref="StateFailure.StateTooNew"/>.</exception>
    internal static async Task<DeliveryLedger> OpenReadOnlyAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var reports = new DeliveryLedger(path, time, isReadOnly: true);
        await reports._lines.OpenReadOnlyAsync(cancellationToken).ConfigureAwait(false);
        return reports;
    }

    /// <summary>
    /// Imports newer facts of another ledger in one step. If the process is killed, none of them is imported, and the import can be
    /// repeated. If this ledger was opened read-only, its file is not changed.
    /// </summary>
    internal async Task ImportAsync(DeliveryLedger source, CancellationToken cancellationToken)
    {
        var records = source.Snapshot();
        if (_isReadOnly || !records.Any(IsNewer))
        {
            Take();
            return;
        }

        await _lines
            .CompactAsync(
                () =>
                {
                    Take();
                    return Snapshot().Select(record => (Action<Utf8JsonWriter>)record.Write);
                },
                cancellationToken
            )
            .ConfigureAwait(false);

        bool IsNewer(DeliveryRecord record) => !(Find(record.DeploymentId)?.RecordedAt >= record.RecordedAt);

        void Take() => records.Where(IsNewer).ToList().ForEach(Apply);
    }

    internal DeliveryRecord? Find(string deploymentId)
    {
        lock (_lock)
        {
            return _byId.TryGetValue(deploymentId, out var record) ? record : null;
        }
    }

    /// <summary>
    /// Replaces values of a report with those of an earlier delivery if the latter are more exact: an observed completion time differs in
    /// each reading, and the previous commit may be older than the deployments that were read this time.
    /// </summary>
    internal DeploymentReport MergeLastSent(DeploymentReport report)
    {
        if (Find(report.DeploymentId) is not { IsTerminal: true } record || record.Status != report.Status)
        {
            return report;
        }

        var isLessExact =
            report.CompletedAtSource is CompletionSource.LastChange or CompletionSource.Observed && record.CompletedAt >= report.StartedAt;
        return report with
        {
            CompletedAt = isLessExact ? record.CompletedAt : report.CompletedAt,
            CompletedAtSource = isLessExact ? record.CompletedAtSource : report.CompletedAtSource,
            PreviousCommitSha = report.PreviousCommitSha ?? record.PreviousCommitSha,
        };
    }

    /// <summary>Whether Periscope has confirmed exactly this report, and nothing else since.</summary>
    internal bool HasConfirmed(DeploymentReport report) => Find(report.DeploymentId)?.IsConfirmationOf(report) == true;

    /// <summary>Returns the final status that this report would overwrite with a non-terminal one; null if there is none.</summary>
    internal string? WouldRegress(DeploymentReport report) =>
        !ReportStatus.IsTerminal(report.Status) && Find(report.DeploymentId) is { IsTerminal: true } record ? record.Status : null;

    /// <summary>
    /// Records that a final status is about to be sent. Even if the run ends before the response, no process may send a non-terminal
    /// status afterwards. Only this line must also survive a loss of power; without any other line a report is sent again, which is
    /// harmless.
    /// </summary>
    internal Task RecordAttemptAsync(DeploymentReport report, CancellationToken cancellationToken) =>
        ReportStatus.IsTerminal(report.Status)
            ? AppendAsync(DeliveryRecord.Create(report, isConfirmed: false, _time.GetUtcNow()), isDurable: true, cancellationToken)
            : Task.CompletedTask;

    internal Task RecordConfirmationAsync(DeploymentReport report, CancellationToken cancellationToken) =>
        AppendAsync(DeliveryRecord.Create(report, isConfirmed: true, _time.GetUtcNow()), isDurable: false, cancellationToken);

    /// <summary>
    /// Records that Periscope rejected the report that <see cref="RecordAttemptAsync"/> announced. Periscope still has the previous
    /// report, if any.
    /// </summary>
    internal Task RecordRejectionAsync(DeploymentReport report, DeliveryRecord? previous, CancellationToken cancellationToken) =>
        AppendAsync(
            (previous?.Status is null ? new DeliveryRecord { DeploymentId = report.DeploymentId } : previous) with
            {
                SkippedReason = RejectionKey(report),
                RecordedAt = _time.GetUtcNow(),
            },
            isDurable: false,
            cancellationToken
        );

    /// <summary>Whether exactly this report was rejected before, so that it is not sent again in every run.</summary>
    internal bool WasRejected(DeploymentReport report) => Find(report.DeploymentId)?.SkippedReason == RejectionKey(report);

    /// <summary>Records why a deployment is skipped; returns false if the same reason was recorded before.</summary>
    internal async Task<bool> RecordSkipAsync(string deploymentId, string reason, CancellationToken cancellationToken)
    {
        var previous = Find(deploymentId) ?? new DeliveryRecord { DeploymentId = deploymentId };
        if (previous.SkippedReason == reason)
        {
            return false;
        }

        await AppendAsync(previous with { SkippedReason = reason, RecordedAt = _time.GetUtcNow() }, isDurable: false, cancellationToken)
            .ConfigureAwait(false);
        return true;
    }

    /// <summary>Reads the facts that other processes have recorded.</summary>
    internal Task RefreshAsync(CancellationToken cancellationToken) => _lines.ReadNewLinesAsync(cancellationToken);

    private static string RejectionKey(DeploymentReport report) => "refused " + DeliveryRecord.ComputeDigest(report);

    private async Task AppendAsync(DeliveryRecord record, bool isDurable, CancellationToken cancellationToken)
    {
        await _lines.AppendAsync(record.Write, isDurable, cancellationToken).ConfigureAwait(false);
        Apply(record);
    }

    private bool ApplyLine(JsonElement line)
    {
        if (DeliveryRecord.Read(line) is not { } record)
        {
            return false;
        }

        Apply(record);
        return true;
    }

    private List<DeliveryRecord> Snapshot()
    {
        lock (_lock)
        {
            return [.. _byId.Values];
        }
    }

    private void Apply(DeliveryRecord record)
    {
        lock (_lock)
        {
            _byId.Remove(record.DeploymentId);
            if (_time.GetUtcNow() - record.RecordedAt < Retention)
            {
                _byId.Add(record.DeploymentId, record);
            }
        }
    }

    private void Clear()
    {
        lock (_lock)
        {
            _byId.Clear();
        }
    }
}
