using PxxlPeriscope.Http;
using PxxlPeriscope.Ledger;
using PxxlPeriscope.Storage;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Outbox;

/// <summary>
/// A folder of reports that could not be delivered, one JSON file per deploymentId, so that a newer state replaces an older one that was
/// never sent. Rejected reports are in a separate folder next to it. Several processes can share an outbox: a lock per deploymentId is
/// held while its file is changed or sent.
/// </summary>
public sealed class ReportOutbox
{
    private const string Noun = "outbox";

    private readonly TimeProvider _time;
    private readonly Action<string>? _warn;
    private readonly KeyedFileLocks? _locks;

    private ReportOutbox(string folder, TimeProvider time, Action<string>? warn, KeyedFileLocks? locks, DeliveryLedger sent) =>
        (Folder, _time, _warn, _locks, Ledger) = (folder, time, warn, locks, sent);

    /// <summary>The full path of the folder.</summary>
    public string Folder { get; }

    internal string DeadLetterFolder => OutboxFolder.GetDeadLetterFolder(Folder);

    /// <summary>The record of what was sent through this outbox.</summary>
    internal DeliveryLedger Ledger { get; }

    /// <summary>Opens an outbox for sending and verifies that it can be written.</summary>
    /// <param name="folder">The folder of the outbox. It must exist.</param>
    /// <param name="log">Receives warnings about damaged files.</param>
    /// <param name="cancellationToken">Cancels the wait for other processes.</param>
    /// <exception cref="ServiceException"><see cref="StateFailure.StateUnusable"/> or <see cref="StateFailure.StateTooNew"/>.</exception>
    public static Task<ReportOutbox> OpenAsync(string folder, CallLog? log = null, CancellationToken cancellationToken = default) =>
        OpenAsync(folder, cancellationToken, TimeProvider.System, log?.Warning);

    /// <inheritdoc cref="OpenAsync(string, CallLog?, CancellationToken)"/>
    internal static Task<ReportOutbox> OpenAsync(
        string folder,
        CancellationToken cancellationToken,
        TimeProvider? time = null,
        Action<string>? warn = null
    )
    {
        folder = StateErrors.RequireWritableFolder(Noun, folder);
        time ??= TimeProvider.System;
        var deadLetters = OutboxFolder.GetDeadLetterFolder(folder);
        StateErrors.WrapErrors("dead-letter", deadLetters, () => DurableFile.CreateFolder(deadLetters));
        StateErrors.RequireWritableFolder("dead-letter", deadLetters);
        return StateErrors.GuardedAsync(
            Noun,
            folder,
            async () =>
            {
                var locks = OutboxFolder.CreateLocks(folder, time);
                await AtomicFile.RemoveLeftoversAsync(folder, time.GetUtcNow().UtcDateTime, cancellationToken).ConfigureAwait(false);
                var sent = await DeliveryLedger
                    .OpenAsync(OutboxFolder.GetLedgerPath(folder), time, warn, cancellationToken)
                    .ConfigureAwait(false);
                return new ReportOutbox(folder, time, warn, locks, sent);
            }
        );
    }

    /// <summary>Opens an outbox read-only. Nothing is created or changed, except that damaged files are renamed.</summary>
    /// <exception cref="ServiceException"><see cref="StateFailure.StateUnusable"/>.</exception>
    internal static Task<ReportOutbox> OpenReadOnlyAsync(
        string folder,
        CancellationToken cancellationToken,
        TimeProvider? time = null,
        Action<string>? warn = null
    )
    {
        folder = Directory.Exists(folder) ? System.IO.Path.GetFullPath(folder) : throw StateErrors.FolderMissing(Noun, folder);
        time ??= TimeProvider.System;
        return StateErrors.GuardedAsync(
            Noun,
            folder,
            async () =>
                new ReportOutbox(
                    folder,
                    time,
                    warn,
                    locks: null,
                    await DeliveryLedger
                        .OpenReadOnlyAsync(OutboxFolder.GetLedgerPath(folder), time, cancellationToken)
                        .ConfigureAwait(false)
                )
        );
    }

    /// <summary>Lists the queued reports, oldest first.</summary>
    public Task<IReadOnlyList<OutboxItem>> ListPendingAsync(CancellationToken cancellationToken) =>
        ReadItemsAsync(Folder, isDead: false, cancellationToken);

    /// <summary>Lists the rejected reports, oldest first.</summary>
    public Task<IReadOnlyList<OutboxItem>> ListDeadLettersAsync(CancellationToken cancellationToken) =>
        ReadItemsAsync(DeadLetterFolder, isDead: true, cancellationToken);

    /// <summary>Acquires the lock of a deploymentId, which excludes all other processes.</summary>
    internal Task<IDisposable> AcquireAsync(string deploymentId, CancellationToken cancellationToken) =>
        _locks!.AcquireAsync(deploymentId, cancellationToken);

    /// <summary>Whether another process is about to deliver the item.</summary>
    internal bool IsLockedElsewhere(OutboxItem item) => _locks!.IsHeldElsewhere(item.DeploymentId);

    /// <summary>Returns the queued report of a deployment; null if there is none.</summary>
    /// <exception cref="ServiceException"><see cref="StateFailure.StateTooNew"/>: this version can neither send nor replace the
    /// report.</exception>
    internal Task<OutboxItem?> FindAsync(string deploymentId, CancellationToken cancellationToken) =>
        OutboxFile.ReadAsync(GetPath(deploymentId), At(isDead: false), isExpected: false, cancellationToken);

    /// <summary>Queues a report, which replaces an older one of the same deployment. It is on disk when this method returns.</summary>
    /// <param name="report">The report.</param>
    /// <param name="failure">Why it was not delivered; null if it is only stored while it is being sent.</param>
    /// <param name="cancellationToken">Cancels the wait for other processes.</param>
    internal async Task EnqueueAsync(DeploymentReport report, ServiceException? failure, CancellationToken cancellationToken)
    {
        var path = GetPath(report.DeploymentId);
        var previous = await FindAsync(report.DeploymentId, cancellationToken).ConfigureAwait(false);
        // The age and attempts of another state of the deployment do not apply to this one.
        previous = previous?.IsOf(report) == true ? previous : null;
        await WriteAsync(path, report, previous, failure, isDead: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Moves a rejected report to the dead-letter folder. A report without an id is not stored, with a warning, because its file could
    /// not be distinguished from a damaged one. The caller has the report in its error.
    /// </summary>
    internal async Task DeadLetterAsync(DeploymentReport report, ServiceException failure, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(report.DeploymentId))
        {
            _warn?.Invoke(
                "A rejected report without a deploymentId is not stored as a dead letter. "
                    + "The TargetObject of its error contains the report."
            );
            return;
        }

        using var held = await AcquireAsync(report.DeploymentId, cancellationToken).ConfigureAwait(false);
        await DeadLetterLockedAsync(report, failure, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Same as <see cref="DeadLetterAsync"/>, for a caller that holds the lock of the deployment and a report that has an id.
    /// </summary>
    internal async Task DeadLetterLockedAsync(DeploymentReport report, ServiceException failure, CancellationToken cancellationToken)
    {
        var pendingItem = await OutboxFile
            .ReadAsync(GetPath(report.DeploymentId), At(isDead: false) with { SkipsNewer = true }, isExpected: false, cancellationToken)
            .ConfigureAwait(false);
        // Another state of the deployment was not rejected and remains queued.
        pendingItem = pendingItem?.IsOf(report) == true ? pendingItem : null;
        // Several states of one deployment can be rejected, and all are kept; rejecting the same state again does not create a second
        // file.
        var path = OutboxFolder.GetDeadLetterPath(Folder, report);
        var previous =
            pendingItem ?? await OutboxFile.ReadAsync(path, At(isDead: true), isExpected: false, cancellationToken).ConfigureAwait(false);
        await WriteAsync(path, report, previous, failure, isDead: true, cancellationToken).ConfigureAwait(false);
        if (pendingItem is not null)
        {
            await SharedFile.DeleteAsync(pendingItem.Path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes the queued report of a deployment after it was delivered. The caller holds the lock of the deployment.</summary>
    internal Task RemoveAsync(DeploymentReport report, CancellationToken cancellationToken) =>
        SharedFile.DeleteAsync(GetPath(report.DeploymentId), cancellationToken);

    /// <summary>Queues a rejected report again, unless a newer state of its deployment is queued.</summary>
    /// <returns>The queued item; null if the rejected report no longer exists and nothing is queued.</returns>
    /// <exception cref="ServiceException"><see cref="StateFailure.OutboxItemChanged"/>.</exception>
    public Task<OutboxItem?> RequeueAsync(OutboxItem item, CancellationToken cancellationToken) =>
        StateErrors.GuardedAsync(
            Noun,
            Folder,
            async () =>
            {
                using var held = await AcquireAsync(item.DeploymentId, cancellationToken).ConfigureAwait(false);
                if (await FindAsync(item.DeploymentId, cancellationToken).ConfigureAwait(false) is { } newer)
                {
                    _warn?.Invoke(
                        $"A newer state of {Printable.ToSingleLine(item.DeploymentId, 80)} is queued and will be sent. "
                            + "The rejected report remains a dead letter."
                    );
                    return newer;
                }

                if (await OutboxFile.ReadUnchangedAsync(item, At(isDead: true), cancellationToken).ConfigureAwait(false) is not { } refused)
                {
                    return null;
                }

                var waiting = refused with { IsDead = false, Path = GetPath(item.DeploymentId) };
                await OutboxFile.WriteAsync(waiting.Path, waiting, cancellationToken).ConfigureAwait(false);
                await SharedFile.DeleteAsync(refused.Path, cancellationToken).ConfigureAwait(false);
                return waiting;
            }
        );

    /// <inheritdoc cref="RemoveAsync(OutboxItem, CancellationToken, TimeProvider?, Action{string}?)"/>
    public static Task<bool> RemoveAsync(OutboxItem item, CancellationToken cancellationToken = default) =>
        RemoveAsync(item, cancellationToken, time: null);

    /// <summary>Deletes an item, unless it was replaced by another report.</summary>
    /// <returns>False if the item no longer exists.</returns>
    /// <exception cref="ServiceException"><see cref="StateFailure.OutboxItemChanged"/>.</exception>
    internal static Task<bool> RemoveAsync(
        OutboxItem item,
        CancellationToken cancellationToken,
        TimeProvider? time = null,
        Action<string>? warn = null
    ) =>
        StateErrors.GuardedAsync(
            Noun,
            item.OutboxPath,
            async () =>
            {
                time ??= TimeProvider.System;
                if (!Directory.Exists(item.OutboxPath))
                {
                    throw StateErrors.FolderMissing(Noun, item.OutboxPath);
                }

                using var held = await OutboxFolder
                    .CreateLocks(item.OutboxPath, time)
                    .AcquireAsync(item.DeploymentId, cancellationToken)
                    .ConfigureAwait(false);
                var location = new OutboxFile.Location(item.OutboxPath, time, warn) { IsDead = item.IsDead };
                if (await OutboxFile.ReadUnchangedAsync(item, location, cancellationToken).ConfigureAwait(false) is null)
                {
                    return false;
                }

                var isRemoved = await SharedFile.DeleteAsync(item.Path, cancellationToken).ConfigureAwait(false);
                // The deletion must be on disk too: a deleted report must never be sent.
                DurableFile.FlushFolder(System.IO.Path.GetDirectoryName(item.Path)!);
                return isRemoved;
            }
        );

    private Task<IReadOnlyList<OutboxItem>> ReadItemsAsync(string folder, bool isDead, CancellationToken cancellationToken) =>
        StateErrors.GuardedAsync(Noun, folder, () => OutboxFolder.ReadItemsAsync(folder, At(isDead), cancellationToken));

    private string GetPath(string deploymentId) => OutboxFolder.GetPath(Folder, deploymentId);

    private OutboxFile.Location At(bool isDead) => new(Folder, _time, _warn) { IsDead = isDead };

    /// <param name="path">The file.</param>
    /// <param name="report">The report.</param>
    /// <param name="previous">The previous item of the same report, whose age and attempts are continued.</param>
    /// <param name="failure">The current error.</param>
    /// <param name="isDead">Whether the report was rejected.</param>
    /// <param name="cancellationToken">Cancels the wait for other processes.</param>
    private Task WriteAsync(
        string path,
        DeploymentReport report,
        OutboxItem? previous,
        ServiceException? failure,
        bool isDead,
        CancellationToken cancellationToken
    )
    {
        var item = new OutboxItem
        {
            Report = report,
            QueuedAt = previous?.QueuedAt ?? _time.GetUtcNow(),
            Age = TimeSpan.Zero,
            Attempts = (previous?.Attempts ?? 0) + (failure?.Attempts ?? 0),
            LastError = failure?.Message ?? previous?.LastError,
            ErrorId = failure?.ErrorId ?? previous?.ErrorId,
            IsDead = isDead,
            OutboxPath = Folder,
            Path = path,
        };
        return OutboxFile.WriteAsync(path, item, cancellationToken);
    }
}
