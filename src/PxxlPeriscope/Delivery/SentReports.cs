using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>
/// Remembers on disk what Periscope was last told of each deployment, because it cannot be asked. Each line of the file is one fact,
/// appended before a final status is sent and after it was confirmed; so a kill at any moment leaves at most one report of which it is unknown
/// whether it arrived. Several processes may use one file.
/// </summary>
internal sealed class SentReports
{
    private const int Version = 1;

    /// <summary>What is older can only come again by an explicit -Since, and would then be sent again, which does no harm.</summary>
    internal static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    private readonly TimeProvider _time;
    private readonly object _changing = new();
    private readonly Dictionary<string, SentReport> _byId = new(StringComparer.Ordinal);
    private readonly JsonLinesFile _lines;

    private SentReports(string path, TimeProvider time)
    {
        _time = time;
        _lines = new JsonLinesFile(path, Version, TakeLine, Forget, () => KeepingFailure.TooNew(path));
    }

    /// <summary>Reads the file, if there is one, and writes it anew where it is damaged or most of it is out of date.</summary>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    /// <exception cref="ServiceException"><see cref="FailureCause.StateTooNew"/>.</exception>
    internal static async Task<SentReports> OpenAsync(string path, TimeProvider time, Action<string>? warn, CancellationToken cancellationToken)
    {
        var reports = new SentReports(path, time);
        var aside = await reports._lines.OpenAsync(
            () => reports._lines.Count > (2 * reports._byId.Count) + 1000,
            () => reports._byId.Values.Select(sent => (Action<Utf8JsonWriter>)sent.Write),
            cancellationToken).ConfigureAwait(false);
        if (aside is not null)
        {
            warn?.Invoke(
                $"'{path}', which remembers what was sent, is damaged. It was set aside as '{aside}', and what can be read of it is used. "
                + "Something may be sent again, which does no harm.");
        }

        return reports;
    }

    /// <summary>Reads the file, if there is one, and changes nothing.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="ServiceException"><see cref="FailureCause.StateTooNew"/>.</exception>
    internal static async Task<SentReports> LookAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var reports = new SentReports(path, time);
        await reports._lines.LookAsync(cancellationToken).ConfigureAwait(false);
        return reports;
    }

    internal SentReport? Find(string deploymentId)
    {
        lock (_changing)
        {
            return _byId.TryGetValue(deploymentId, out var sent) ? sent : null;
        }
    }

    /// <summary>
    /// The report with what was told before where it knows no better: a time of completion that was only observed is another one at each
    /// look, and a previous commit may be beyond what was read this time.
    /// </summary>
    internal DeploymentReport Settle(DeploymentReport report)
    {
        if (Find(report.DeploymentId) is not { IsTerminal: true } sent || sent.Status != report.Status)
        {
            return report;
        }

        var isNoBetter = report.CompletedAtSource is CompletionSource.LastChange or CompletionSource.Observed && sent.CompletedAt >= report.StartedAt;
        return report with
        {
            CompletedAt = isNoBetter ? sent.CompletedAt : report.CompletedAt,
            CompletedAtSource = isNoBetter ? sent.CompletedAtSource : report.CompletedAtSource,
            PreviousCommitSha = report.PreviousCommitSha ?? sent.PreviousCommitSha,
        };
    }

    /// <summary>Whether Periscope has confirmed exactly this, and nothing else since.</summary>
    internal bool Has(DeploymentReport report) => Find(report.DeploymentId)?.Confirms(report) == true;

    /// <summary>The final status that this report would overwrite with a passing one; null when it would not.</summary>
    internal string? Overwritten(DeploymentReport report) =>
        !ReportStatus.IsTerminal(report.Status) && Find(report.DeploymentId) is { IsTerminal: true } sent ? sent.Status : null;

    /// <summary>
    /// Notes that a final status is about to be sent: whatever ends the run before the answer, nobody may send a passing one afterwards. This alone
    /// has to outlive a loss of power too; without any other line something is sent again, which does no harm.
    /// </summary>
    internal Task BeginAsync(DeploymentReport report, CancellationToken cancellationToken) => ReportStatus.IsTerminal(report.Status)
        ? NoteAsync(SentReport.Of(report, isConfirmed: false, _time.GetUtcNow()), isDurable: true, cancellationToken)
        : Task.CompletedTask;

    internal Task ConfirmAsync(DeploymentReport report, CancellationToken cancellationToken) =>
        NoteAsync(SentReport.Of(report, isConfirmed: true, _time.GetUtcNow()), isDurable: false, cancellationToken);

    /// <summary>Notes that Periscope did not take what <see cref="BeginAsync"/> announced: it still has what was there before, if anything.</summary>
    internal Task RefusedAsync(DeploymentReport report, SentReport? before, CancellationToken cancellationToken) => NoteAsync(
        (before?.Status is null ? new SentReport { DeploymentId = report.DeploymentId } : before) with { SkippedBecause = RefusalOf(report), At = _time.GetUtcNow() },
        isDurable: false,
        cancellationToken);

    /// <summary>Whether exactly this was refused before, so that it is not sent again in every run.</summary>
    internal bool WasRefused(DeploymentReport report) => Find(report.DeploymentId)?.SkippedBecause == RefusalOf(report);

    /// <summary>Notes why something is passed over; false when that was noted before.</summary>
    internal async Task<bool> SkipAsync(string deploymentId, string reason, CancellationToken cancellationToken)
    {
        var before = Find(deploymentId) ?? new SentReport { DeploymentId = deploymentId };
        if (before.SkippedBecause == reason)
        {
            return false;
        }

        await NoteAsync(before with { SkippedBecause = reason, At = _time.GetUtcNow() }, isDurable: false, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes in what other processes have noted since.</summary>
    internal Task RefreshAsync(CancellationToken cancellationToken) => _lines.FollowAsync(cancellationToken);

    private static string RefusalOf(DeploymentReport report) => "refused " + SentReport.DigestOf(report);

    private async Task NoteAsync(SentReport sent, bool isDurable, CancellationToken cancellationToken)
    {
        await _lines.AppendAsync(sent.Write, isDurable, cancellationToken).ConfigureAwait(false);
        Take(sent);
    }

    private bool TakeLine(JsonElement line)
    {
        if (SentReport.Read(line) is not { } sent)
        {
            return false;
        }

        Take(sent);
        return true;
    }

    private void Take(SentReport sent)
    {
        lock (_changing)
        {
            _byId.Remove(sent.DeploymentId);
            if (_time.GetUtcNow() - sent.At < Remembered)
            {
                _byId.Add(sent.DeploymentId, sent);
            }
        }
    }

    private void Forget()
    {
        lock (_changing)
        {
            _byId.Clear();
        }
    }
}
