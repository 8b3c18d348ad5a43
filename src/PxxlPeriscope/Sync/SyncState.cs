using System.Text.Json;
using System.Text.Json.Serialization;
using PxxlPeriscope.Ledger;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Sync;

/// <summary>
/// The state of a synchronization between its runs, in a folder. <c>state.json</c>, replaced at the end of a run, contains how far each
/// project was read, the running deployments, the queued reports, and the last success per service and environment. A ledger contains
/// what was sent, line by line: that of the outbox, or <c>sent.jsonl</c> if there is none. If a run is killed, the next one reads the
/// same again and knows from the ledger what arrived.
/// </summary>
internal sealed class SyncState
{
    private const string Noun = "state";

    private readonly string _path;
    private DeliveryLedger? _ledger;
    private string? _previousLedger;

    private SyncState(string folder) => (Folder, _path) = (folder, Path.Combine(folder, "state.json"));

    internal string Folder { get; }

    /// <summary>
    /// By scope and project, or by scope and * for runs over all projects: the creation time up to which everything was read.
    /// </summary>
    internal Dictionary<(string Scope, string Project), DateTimeOffset> ReadUntil { get; } = [];

    internal Dictionary<string, RunningDeployment> Running { get; } = new(StringComparer.Ordinal);

    internal Dictionary<(string? Service, string Environment), SuccessfulRelease> LastSuccesses { get; } = [];

    /// <summary>By deploymentId of the report.</summary>
    internal Dictionary<string, PendingReport> Pending { get; } = new(StringComparer.Ordinal);

    /// <summary>By project id.</summary>
    internal Dictionary<string, string> ProjectNames { get; } = new(StringComparer.Ordinal);

    /// <summary>What was reported to Periscope. Each fact is in one file only.</summary>
    internal DeliveryLedger Ledger => _ledger!;

    private string OwnLedger => Path.Combine(Folder, "sent.jsonl");

    /// <summary>Opens the state and verifies that it can be written.</summary>
    /// <param name="folder">The folder. It must exist.</param>
    /// <param name="time">The clock.</param>
    /// <param name="warn">Receives warnings about damaged files.</param>
    /// <param name="cancellationToken">Cancels the wait for other processes.</param>
    /// <param name="shared">The ledger of an outbox, into which the ledger of the state is imported; null to use the ledger of the
    /// state.</param>
    /// <exception cref="ServiceException"><see cref="StateFailure.StateUnusable"/> or <see cref="StateFailure.StateTooNew"/>.</exception>
    internal static Task<SyncState> OpenAsync(
        string folder,
        TimeProvider time,
        Action<string>? warn,
        CancellationToken cancellationToken,
        DeliveryLedger? shared = null
    )
    {
        folder = StateErrors.RequireWritableFolder(Noun, folder);
        return StateErrors.GuardedAsync(
            Noun,
            folder,
            async () =>
            {
                await AtomicFile.RemoveLeftoversAsync(folder, time.GetUtcNow().UtcDateTime, cancellationToken).ConfigureAwait(false);
                var state = new SyncState(folder);
                await state.LoadAsync(warn, isReadOnly: false, cancellationToken).ConfigureAwait(false);
                var own =
                    shared is null || File.Exists(state.OwnLedger)
                        ? await DeliveryLedger.OpenAsync(state.OwnLedger, time, warn, cancellationToken).ConfigureAwait(false)
                        : null;
                await state.UseLedgerAsync(own, shared, time, cancellationToken).ConfigureAwait(false);
                if (own is not null && shared is not null)
                {
                    // All its facts are in the shared ledger and on disk.
                    await SharedFile.DeleteAsync(state.OwnLedger, cancellationToken).ConfigureAwait(false);
                }

                return state;
            }
        );
    }

    /// <summary>Reads the state without changing anything.</summary>
    /// <param name="folder">The folder. It must exist.</param>
    /// <param name="time">The clock.</param>
    /// <param name="warn">Receives warnings about damaged files.</param>
    /// <param name="cancellationToken">Cancels the wait for other processes.</param>
    /// <param name="shared">The ledger of an outbox, opened read-only; null to use the ledger of the state.</param>
    /// <exception cref="ServiceException">Same as for <see cref="OpenAsync"/>.</exception>
    internal static Task<SyncState> OpenReadOnlyAsync(
        string folder,
        TimeProvider time,
        Action<string>? warn,
        CancellationToken cancellationToken,
        DeliveryLedger? shared = null
    )
    {
        folder = Directory.Exists(folder) ? Path.GetFullPath(folder) : throw StateErrors.FolderMissing(Noun, folder);
        return StateErrors.GuardedAsync(
            Noun,
            folder,
            async () =>
            {
                var state = new SyncState(folder);
                await state.LoadAsync(warn, isReadOnly: true, cancellationToken).ConfigureAwait(false);
                var own = await DeliveryLedger.OpenReadOnlyAsync(state.OwnLedger, time, cancellationToken).ConfigureAwait(false);
                await state.UseLedgerAsync(own, shared, time, cancellationToken).ConfigureAwait(false);
                return state;
            }
        );
    }

    /// <summary>
    /// Whether a report of the deployment was confirmed after this one was queued, by a run that was killed before it saved the state.
    /// </summary>
    internal bool IsSuperseded(PendingReport pending) =>
        Ledger.Find(pending.Report.DeploymentId) is { IsConfirmed: true } sent && sent.RecordedAt > pending.Since;

    /// <summary>Saves everything except what was sent, which is already in the ledger.</summary>
    internal Task SaveAsync(CancellationToken cancellationToken) =>
        StateErrors.GuardedAsync(
            Noun,
            Folder,
            async () =>
            {
                var content = new StateFile
                {
                    ReadUntil = [.. ReadUntil.Select(entry => new StateFile.Position(entry.Key.Scope, entry.Key.Project, entry.Value))],
                    Running = [.. Running.Values],
                    LastSuccess = [.. LastSuccesses.Values],
                    Pending =
                    [
                        .. Pending.Values.Select(pending => new StateFile.Waiting(
                            pending.Since,
                            pending.Attempts,
                            pending.LastError,
                            ReportDocument.ForFile(pending.Report)
                        )),
                    ],
                    Projects = [.. ProjectNames.Select(project => new StateFile.Project(project.Key, project.Value))],
                    Ledger = Ledger.Path == OwnLedger ? null : Ledger.Path,
                };
                await content.WriteAsync(_path, cancellationToken).ConfigureAwait(false);
                return true;
            }
        );

    /// <summary>
    /// Selects the ledger of this run and imports the others: that of the state, and that of the outbox of the last run.
    /// </summary>
    private async Task UseLedgerAsync(DeliveryLedger? own, DeliveryLedger? shared, TimeProvider time, CancellationToken cancellationToken)
    {
        _ledger = shared ?? own!;
        if (own is not null && shared is not null)
        {
            await _ledger.ImportAsync(own, cancellationToken).ConfigureAwait(false);
        }

        if (_previousLedger is not null && _previousLedger != _ledger.Path && File.Exists(_previousLedger))
        {
            var previous = await DeliveryLedger.OpenReadOnlyAsync(_previousLedger, time, cancellationToken).ConfigureAwait(false);
            await _ledger.ImportAsync(previous, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LoadAsync(Action<string>? warn, bool isReadOnly, CancellationToken cancellationToken)
    {
        try
        {
            if (await StateFile.ReadAsync(_path, cancellationToken).ConfigureAwait(false) is { } content)
            {
                Take(content);
            }
        }
        catch (Exception exception) when (exception is JsonException or NullReferenceException or ArgumentNullException)
        {
            ReadUntil.Clear();
            Running.Clear();
            LastSuccesses.Clear();
            Pending.Clear();
            ProjectNames.Clear();
            _previousLedger = null;
            var aside = isReadOnly ? null : await AtomicFile.QuarantineAsync(_path, "damaged", cancellationToken).ConfigureAwait(false);
            warn?.Invoke(
                $"The state '{_path}' is damaged{(aside is null ? string.Empty : $" and was renamed to '{aside}'")}. "
                    + "Deployments are read again as in a first run. The ledger shows what was sent, so few reports are sent twice, "
                    + "which is harmless. Queued reports are recreated from the deployments that Pxxl still lists."
            );
        }
    }

    private void Take(StateFile content)
    {
        foreach (var position in content.ReadUntil)
        {
            ReadUntil[(position.Scope, position.Project)] = position.Until;
        }

        foreach (var running in content.Running)
        {
            Running[running.Id] = running;
        }

        foreach (var success in content.LastSuccess)
        {
            LastSuccesses[(success.Service, success.Environment)] = success;
        }

        foreach (var waiting in content.Pending)
        {
            var report = waiting.Report.ToReport();
            Pending[waiting.Report.DeploymentId ?? throw new JsonException()] = new PendingReport(
                report,
                waiting.Since,
                waiting.Attempts,
                waiting.LastError ?? string.Empty
            );
        }

        foreach (var project in content.Projects)
        {
            ProjectNames[project.Id] = project.Name;
        }

        _previousLedger = content.Ledger;
    }

    /// <summary>A report that was not delivered and is stored in the state for the next run.</summary>
    internal sealed record PendingReport(DeploymentReport Report, DateTimeOffset Since, int Attempts, string LastError);

    /// <summary>A deployment that was not finished when it was last read, and that is read again.</summary>
    /// <param name="Id">The id at Pxxl.</param>
    /// <param name="ProjectId">The project id at Pxxl.</param>
    /// <param name="Scope">The service and team in which the deployment was listed.</param>
    /// <param name="CreatedAt">When the deployment was created.</param>
    /// <param name="ReadAt">When the deployment was last read.</param>
    /// <param name="MissingSince">Since when Pxxl does not return the deployment. The team of a run may be the reason.</param>
    /// <param name="ProjectName">The project name, if known.</param>
    /// <param name="Environment">The environment at Pxxl; null if the state was written by an earlier version, which did not store
    /// it.</param>
    internal sealed record RunningDeployment(
        string Id,
        string? ProjectId,
        string Scope,
        DateTimeOffset? CreatedAt,
        DateTimeOffset ReadAt,
        [property: JsonPropertyName("goneSince")] DateTimeOffset? MissingSince = null,
        string? ProjectName = null,
        string? Environment = null
    )
    {
        private static readonly TimeSpan MaxReleaseTime = TimeSpan.FromDays(1);
        private static readonly TimeSpan RecheckInterval = TimeSpan.FromHours(1);

        /// <summary>
        /// Whether to read the deployment in this run. After a day it is stuck or has an unknown final status, and is then read once an
        /// hour instead of in every run.
        /// </summary>
        internal bool IsDue(DateTimeOffset now) => !(now - CreatedAt > MaxReleaseTime) || now - ReadAt >= RecheckInterval;
    }
}
