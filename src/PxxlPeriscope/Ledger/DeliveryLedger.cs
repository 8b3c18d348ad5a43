using System.Text.Json;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Ledger;

/// <summary>
/// Remembers on disk what Periscope was last told of each deployment, because it cannot be asked. Each line of the file is one fact,
/// appended before a final status is sent and after it was confirmed; so a kill at any moment leaves at most one report of which it is unknown
/// whether it arrived. Several processes may use one file.
/// </summary>
internal sealed class DeliveryLedger
{
    private const int Version = 1;

    /// <summary>What is older can only come again by an explicit -Since, and would then be sent again, which does no harm.</summary>
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

    /// <summary>The file.</summary>
    internal string Path { get; }

    /// <summary>Reads the file, if there is one, and writes it anew where it is damaged or most of it is out of date.</summary>
    /// <exception cref="IOException">It cannot be read or written.</exception>
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
                $"'{path}', which remembers what was sent, is damaged. It was set aside as '{quarantinePath}', and what can be read of it is used. "
                    + "Something may be sent again, which does no harm."
            );
        }

        return reports;
    }

    /// <summary>Reads the file, if there is one, and changes nothing.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="ServiceException"><see cref="StateFailure.StateTooNew"/>.</exception>
    internal static async Task<DeliveryLedger> OpenReadOnlyAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var reports = new DeliveryLedger(path, time, isReadOnly: true);
        await reports._lines.OpenReadOnlyAsync(cancellationToken).ConfigureAwait(false);
        return reports;
    }

    /// <summary>
    /// Takes in what another ledger knows better, all at once: killed in between, nothing of it is there, and it can be done again. Where this one
    /// was opened to read alone, its file stays as it is.
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
    /// The report with what was told before where it knows no better: a time of completion that was only observed is another one at each
    /// look, and a previous commit may be beyond what was read this time.
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

    /// <summary>Whether Periscope has confirmed exactly this, and nothing else since.</summary>
    internal bool HasConfirmed(DeploymentReport report) => Find(report.DeploymentId)?.IsConfirmationOf(report) == true;

    /// <summary>The final status that this report would overwrite with a passing one; null when it would not.</summary>
    internal string? WouldRegress(DeploymentReport report) =>
        !ReportStatus.IsTerminal(report.Status) && Find(report.DeploymentId) is { IsTerminal: true } record ? record.Status : null;

    /// <summary>
    /// Notes that a final status is about to be sent: whatever ends the run before the answer, nobody may send a passing one afterwards. This alone
    /// has to outlive a loss of power too; without any other line something is sent again, which does no harm.
    /// </summary>
    internal Task RecordAttemptAsync(DeploymentReport report, CancellationToken cancellationToken) =>
        ReportStatus.IsTerminal(report.Status)
            ? AppendAsync(DeliveryRecord.Create(report, isConfirmed: false, _time.GetUtcNow()), isDurable: true, cancellationToken)
            : Task.CompletedTask;

    internal Task RecordConfirmationAsync(DeploymentReport report, CancellationToken cancellationToken) =>
        AppendAsync(DeliveryRecord.Create(report, isConfirmed: true, _time.GetUtcNow()), isDurable: false, cancellationToken);

    /// <summary>Notes that Periscope did not take what <see cref="RecordAttemptAsync"/> announced: it still has what was there before, if anything.</summary>
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

    /// <summary>Whether exactly this was refused before, so that it is not sent again in every run.</summary>
    internal bool WasRejected(DeploymentReport report) => Find(report.DeploymentId)?.SkippedReason == RejectionKey(report);

    /// <summary>Notes why something is passed over; false when that was noted before.</summary>
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

    /// <summary>Takes in what other processes have noted since.</summary>
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
