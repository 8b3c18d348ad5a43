using PxxlPeriscope.Ledger;
using PxxlPeriscope.Storage;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Outbox;

/// <summary>
/// A folder in which reports wait that could not be delivered: one JSON file for each deploymentId, named after it, so that a newer state
/// takes the place of one that was never sent. What Periscope refused lies in a folder beside it. Several processes may use one outbox: whoever
/// changes or sends anything of a deploymentId has its turn meanwhile.
/// </summary>
internal sealed class ReportOutbox
{
    /// <summary>Ends the name of the dead-letter folder.</summary>
    internal const string DeadLetterSuffix = "-dead-letter";

    private const string Noun = "outbox";

    private readonly TimeProvider _time;
    private readonly Action<string>? _warn;
    private readonly KeyedFileLocks? _locks;

    private ReportOutbox(string folder, TimeProvider time, Action<string>? warn, KeyedFileLocks? locks, DeliveryLedger sent) =>
        (Folder, _time, _warn, _locks, Ledger) = (folder, time, warn, locks, sent);

    internal string Folder { get; }

    /// <summary>Beside the outbox, so that nothing that empties the one empties the other.</summary>
    internal string DeadLetterFolder => GetDeadLetterFolder(Folder);

    /// <summary>What was sent through this outbox.</summary>
    internal DeliveryLedger Ledger { get; }

    /// <summary>Opens an outbox for sending. That it can be written is known from here on.</summary>
    /// <exception cref="ServiceException"><see cref="StateFailure.StateUnusable"/> or <see cref="StateFailure.StateTooNew"/>.</exception>
    internal static Task<ReportOutbox> OpenAsync(
        string folder,
        CancellationToken cancellationToken,
        TimeProvider? time = null,
        Action<string>? warn = null
    )
    {
        folder = StateErrors.RequireWritableFolder(Noun, folder);
        time ??= TimeProvider.System;
        var deadLetters = GetDeadLetterFolder(folder);
        StateErrors.WrapErrors("dead-letter", deadLetters, () => DurableFile.CreateFolder(deadLetters));
        StateErrors.RequireWritableFolder("dead-letter", deadLetters);
        return StateErrors.GuardedAsync(
            Noun,
            folder,
            async () =>
            {
                var locks = LocksOf(folder, time);
                await AtomicFile.RemoveLeftoversAsync(folder, time.GetUtcNow().UtcDateTime, cancellationToken).ConfigureAwait(false);
                var sent = await DeliveryLedger.OpenAsync(LedgerIn(folder), time, warn, cancellationToken).ConfigureAwait(false);
                return new ReportOutbox(folder, time, warn, locks, sent);
            }
        );
    }

    /// <summary>Opens an outbox to look into it; makes and changes nothing but to set damaged files aside.</summary>
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
                    await DeliveryLedger.OpenReadOnlyAsync(LedgerIn(folder), time, cancellationToken).ConfigureAwait(false)
                )
        );
    }

    /// <summary>What waits, the oldest first.</summary>
    internal Task<IReadOnlyList<OutboxItem>> ListPendingAsync(CancellationToken cancellationToken) =>
        ReadItemsAsync(Folder, isDead: false, cancellationToken);

    /// <summary>What was refused, the oldest first.</summary>
    internal Task<IReadOnlyList<OutboxItem>> ListDeadLettersAsync(CancellationToken cancellationToken) =>
        ReadItemsAsync(DeadLetterFolder, isDead: true, cancellationToken);

    /// <summary>Waits until nobody else does anything with this deploymentId.</summary>
    internal Task<IDisposable> AcquireAsync(string deploymentId, CancellationToken cancellationToken) =>
        _locks!.AcquireAsync(deploymentId, cancellationToken);

    /// <summary>Whether another process is about to deliver it.</summary>
    internal bool IsLockedElsewhere(OutboxItem item) => _locks!.IsHeldElsewhere(item.DeploymentId);

    /// <summary>The waiting report of a deployment.</summary>
    /// <exception cref="ServiceException"><see cref="StateFailure.StateTooNew"/>: this version can neither send nor replace it.</exception>
    internal Task<OutboxItem?> FindAsync(string deploymentId, CancellationToken cancellationToken) =>
        OutboxFile.ReadAsync(GetPath(deploymentId), At(isDead: false), isExpected: false, cancellationToken);

    /// <summary>Keeps a report; it takes the place of an older one of the same deployment. It is on disk when this returns.</summary>
    /// <param name="report">The report.</param>
    /// <param name="failure">Why it was not delivered; null when it is only kept while it is sent.</param>
    /// <param name="cancellationToken">Ends the waiting for other processes.</param>
    internal async Task EnqueueAsync(DeploymentReport report, ServiceException? failure, CancellationToken cancellationToken)
    {
        var path = GetPath(report.DeploymentId);
        var previous = await FindAsync(report.DeploymentId, cancellationToken).ConfigureAwait(false);
        // Another state of the deployment has waited for no time and was tried never.
        previous = previous?.IsOf(report) == true ? previous : null;
        await WriteAsync(path, report, previous, failure, isDead: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Puts a refused report among the dead letters, and out of the way of those that wait. One without an id is not kept, which is a warning:
    /// its file could not be told from a damaged one. Whoever sent it has it with its error.
    /// </summary>
    internal async Task DeadLetterAsync(DeploymentReport report, ServiceException failure, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(report.DeploymentId))
        {
            _warn?.Invoke(
                "A refused report without a deploymentId is not kept beside the outbox. Its error has the report as TargetObject."
            );
            return;
        }

        using var held = await AcquireAsync(report.DeploymentId, cancellationToken).ConfigureAwait(false);
        await DeadLetterLockedAsync(report, failure, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for whoever has the lock of the deployment already, and a report that has an id.</summary>
    internal async Task DeadLetterLockedAsync(DeploymentReport report, ServiceException failure, CancellationToken cancellationToken)
    {
        var pendingItem = await OutboxFile
            .ReadAsync(GetPath(report.DeploymentId), At(isDead: false) with { SkipsNewer = true }, isExpected: false, cancellationToken)
            .ConfigureAwait(false);
        // Another state of the deployment was not refused, and goes on waiting.
        pendingItem = pendingItem?.IsOf(report) == true ? pendingItem : null;
        // Several states of one deployment can be refused, and none is to be lost; the same one again is no second letter.
        var path = System.IO.Path.Combine(
            DeadLetterFolder,
            $"{OutboxItem.GetFileName(report.DeploymentId)}-{DeliveryRecord.ComputeDigest(report).Substring(0, 8)}{OutboxFile.Extension}"
        );
        var previous =
            pendingItem ?? await OutboxFile.ReadAsync(path, At(isDead: true), isExpected: false, cancellationToken).ConfigureAwait(false);
        await WriteAsync(path, report, previous, failure, isDead: true, cancellationToken).ConfigureAwait(false);
        if (pendingItem is not null)
        {
            await SharedFile.DeleteAsync(pendingItem.Path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The report was delivered, and does not wait any more. For whoever has the lock of the deployment.</summary>
    internal Task RemoveAsync(DeploymentReport report, CancellationToken cancellationToken) =>
        SharedFile.DeleteAsync(GetPath(report.DeploymentId), cancellationToken);

    /// <summary>Lets a refused report wait again; not where a newer state of its deployment waits.</summary>
    /// <returns>What waits now; null where the refused report is gone and nothing waits.</returns>
    /// <exception cref="ServiceException"><see cref="StateFailure.OutboxItemChanged"/>.</exception>
    internal Task<OutboxItem?> RequeueAsync(OutboxItem item, CancellationToken cancellationToken) =>
        StateErrors.GuardedAsync(
            Noun,
            Folder,
            async () =>
            {
                using var held = await AcquireAsync(item.DeploymentId, cancellationToken).ConfigureAwait(false);
                if (await FindAsync(item.DeploymentId, cancellationToken).ConfigureAwait(false) is { } newer)
                {
                    _warn?.Invoke(
                        $"A newer state of {Printable.ToSingleLine(item.DeploymentId, 80)} waits and is sent. The refused one stays where it is."
                    );
                    return newer;
                }

                if (await FindUnchangedAsync(item, At(isDead: true), cancellationToken).ConfigureAwait(false) is not { } refused)
                {
                    return null;
                }

                var waiting = refused with { IsDead = false, Path = GetPath(item.DeploymentId) };
                await OutboxFile.WriteAsync(waiting.Path, waiting, cancellationToken).ConfigureAwait(false);
                await SharedFile.DeleteAsync(refused.Path, cancellationToken).ConfigureAwait(false);
                return waiting;
            }
        );

    /// <summary>Takes an item out for good, unless another report lies there by now.</summary>
    /// <returns>False where it was gone already.</returns>
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

                using var held = await LocksOf(item.OutboxPath, time)
                    .AcquireAsync(item.DeploymentId, cancellationToken)
                    .ConfigureAwait(false);
                var location = new OutboxFile.Location(item.OutboxPath, time, warn) { IsDead = item.IsDead };
                if (await FindUnchangedAsync(item, location, cancellationToken).ConfigureAwait(false) is null)
                {
                    return false;
                }

                var isRemoved = await SharedFile.DeleteAsync(item.Path, cancellationToken).ConfigureAwait(false);
                // That it is never sent is what was promised.
                DurableFile.FlushFolder(System.IO.Path.GetDirectoryName(item.Path)!);
                return isRemoved;
            }
        );

    /// <summary>
    /// What lies at the path of an item, with the lock of its deployment; null when nothing does. Another attempt in the meantime does not make it
    /// another item, but another report does: that one was never shown to whoever listed this one.
    /// </summary>
    private static async Task<OutboxItem?> FindUnchangedAsync(
        OutboxItem item,
        OutboxFile.Location location,
        CancellationToken cancellationToken
    )
    {
        var found = await OutboxFile.ReadAsync(item.Path, location, isExpected: false, cancellationToken).ConfigureAwait(false);
        return found is null || found.IsOf(item.Report)
            ? found
            : throw new ServiceException(
                ServiceName.Periscope,
                StateFailure.OutboxItemChanged,
                $"The outbox item {Printable.ToSingleLine(item.DeploymentId, 80)} ({Printable.ToSingleLine(item.Status, 20)}) was replaced after it was listed: "
                    + $"another report with the status {Printable.ToSingleLine(found.Status, 20)} lies there now. It was left as it is."
            );
    }

    private static string MemoryIn(string folder) => System.IO.Path.Combine(folder, ".delivery");

    private static KeyedFileLocks LocksOf(string folder, TimeProvider time) => new(System.IO.Path.Combine(MemoryIn(folder), "turns"), time);

    private static string LedgerIn(string folder) => System.IO.Path.Combine(MemoryIn(folder), "sent.jsonl");

    private static string GetDeadLetterFolder(string folder)
    {
        var trimmed = folder.TrimEnd(System.IO.Path.DirectorySeparatorChar, System.IO.Path.AltDirectorySeparatorChar);
        // The root of a share or drive has nothing beside it.
        return System.IO.Path.GetDirectoryName(folder) is null || trimmed.Length == 0
            ? System.IO.Path.Combine(folder, DeadLetterSuffix.Substring(1))
            : trimmed + DeadLetterSuffix;
    }

    private Task<IReadOnlyList<OutboxItem>> ReadItemsAsync(string folder, bool isDead, CancellationToken cancellationToken) =>
        StateErrors.GuardedAsync<IReadOnlyList<OutboxItem>>(
            Noun,
            folder,
            async () =>
            {
                var items = new List<OutboxItem>();
                foreach (
                    var path in Directory.Exists(folder)
                        ? Directory
                            .EnumerateFiles(folder, "*" + OutboxFile.Extension)
                            .Where(path => path.EndsWith(OutboxFile.Extension, StringComparison.Ordinal))
                            .ToList()
                        : []
                )
                {
                    if (
                        await OutboxFile
                            .ReadAsync(path, At(isDead) with { SkipsNewer = true }, isExpected: true, cancellationToken)
                            .ConfigureAwait(false) is
                        { } item
                    )
                    {
                        items.Add(item);
                    }
                }

                return
                [
                    .. items
                        .OrderBy(item => item.QueuedAt)
                        .ThenBy(item => item.Report.StartedAt)
                        .ThenBy(item => item.DeploymentId, StringComparer.Ordinal),
                ];
            }
        );

    private string GetPath(string deploymentId) =>
        System.IO.Path.Combine(Folder, OutboxItem.GetFileName(deploymentId) + OutboxFile.Extension);

    private OutboxFile.Location At(bool isDead) => new(Folder, _time, _warn) { IsDead = isDead };

    /// <param name="path">The file.</param>
    /// <param name="report">The report.</param>
    /// <param name="previous">The item of the same report that was there before; its age and attempts go on.</param>
    /// <param name="failure">What happened now.</param>
    /// <param name="isDead">Whether it is refused.</param>
    /// <param name="cancellationToken">Ends the waiting for other processes.</param>
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
