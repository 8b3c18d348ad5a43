using System.Text.Json;
using PxxlPeriscope.Json;
using PxxlPeriscope.Ledger;
using PxxlPeriscope.Reports;
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
    private const string Extension = ".json";
    private const int Version = 1;

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
                var locks = new KeyedFileLocks(System.IO.Path.Combine(MemoryIn(folder), "turns"), time);
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
        ReadAsync(GetPath(deploymentId), isDead: false, isExpected: false, throwsWhenNewer: true, cancellationToken);

    /// <summary>Keeps a report; it takes the place of an older one of the same deployment. It is on disk when this returns.</summary>
    /// <param name="report">The report.</param>
    /// <param name="failure">Why it was not delivered; null when it is only kept while it is sent.</param>
    /// <param name="cancellationToken">Ends the waiting for other processes.</param>
    internal async Task EnqueueAsync(DeploymentReport report, ServiceException? failure, CancellationToken cancellationToken)
    {
        var path = GetPath(report.DeploymentId);
        var previous = await FindAsync(report.DeploymentId, cancellationToken).ConfigureAwait(false);
        // Another state of the deployment has waited for no time and was tried never.
        previous =
            previous is not null && DeliveryRecord.ComputeDigest(previous.Report) == DeliveryRecord.ComputeDigest(report) ? previous : null;
        var attempts = (previous?.Attempts ?? 0) + (failure?.Attempts ?? 0);
        await WriteAsync(
                path,
                report,
                previous?.QueuedAt ?? _time.GetUtcNow(),
                attempts,
                failure?.Message ?? previous?.LastError,
                failure?.ErrorId ?? previous?.ErrorId,
                cancellationToken
            )
            .ConfigureAwait(false);
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

        var pendingItem = await ReadAsync(
                GetPath(report.DeploymentId),
                isDead: false,
                isExpected: false,
                throwsWhenNewer: false,
                cancellationToken
            )
            .ConfigureAwait(false);
        // Another state of the deployment was not refused, and goes on waiting.
        pendingItem =
            pendingItem is not null && DeliveryRecord.ComputeDigest(pendingItem.Report) == DeliveryRecord.ComputeDigest(report)
                ? pendingItem
                : null;
        // Several states of one deployment can be refused, and none is to be lost; the same one again is no second letter.
        var path = System.IO.Path.Combine(
            DeadLetterFolder,
            $"{System.IO.Path.GetFileNameWithoutExtension(GetPath(report.DeploymentId))}-{DeliveryRecord.ComputeDigest(report).Substring(0, 8)}{Extension}"
        );
        var previous =
            pendingItem
            ?? await ReadAsync(path, isDead: true, isExpected: false, throwsWhenNewer: true, cancellationToken).ConfigureAwait(false);
        await WriteAsync(
                path,
                report,
                previous?.QueuedAt ?? _time.GetUtcNow(),
                (previous?.Attempts ?? 0) + failure.Attempts,
                failure.Message,
                failure.ErrorId,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (pendingItem is not null)
        {
            await SharedFile.DeleteAsync(pendingItem.Path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The report was delivered, and does not wait any more.</summary>
    internal Task RemoveAsync(DeploymentReport report, CancellationToken cancellationToken) =>
        SharedFile.DeleteAsync(GetPath(report.DeploymentId), cancellationToken);

    /// <summary>Lets a refused report wait again; not where a newer state of its deployment waits.</summary>
    /// <returns>What waits now.</returns>
    internal Task<OutboxItem> RequeueAsync(OutboxItem item, CancellationToken cancellationToken) =>
        StateErrors.GuardedAsync(
            Noun,
            Folder,
            async () =>
            {
                var path = GetPath(item.DeploymentId);
                if (await FindAsync(item.DeploymentId, cancellationToken).ConfigureAwait(false) is { } newer)
                {
                    _warn?.Invoke($"A newer state of {item.DeploymentId} waits and is sent. The refused one stays where it is.");
                    return newer;
                }

                await WriteAsync(path, item.Report, item.QueuedAt, item.Attempts, item.LastError, item.ErrorId, cancellationToken)
                    .ConfigureAwait(false);
                await SharedFile.DeleteAsync(item.Path, cancellationToken).ConfigureAwait(false);
                return item with { IsDead = false, Path = path };
            }
        );

    /// <summary>Takes an item out for good.</summary>
    internal static Task<bool> RemoveAsync(OutboxItem item, CancellationToken cancellationToken) =>
        StateErrors.GuardedAsync(
            Noun,
            item.OutboxPath,
            async () =>
            {
                var isRemoved = await SharedFile.DeleteAsync(item.Path, cancellationToken).ConfigureAwait(false);
                // That it is never sent is what was promised.
                DurableFile.FlushFolder(System.IO.Path.GetDirectoryName(item.Path)!);
                return isRemoved;
            }
        );

    private static string MemoryIn(string folder) => System.IO.Path.Combine(folder, ".delivery");

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
                            .EnumerateFiles(folder, "*" + Extension)
                            .Where(path => path.EndsWith(Extension, StringComparison.Ordinal))
                            .ToList()
                        : []
                )
                {
                    if (
                        await ReadAsync(path, isDead, isExpected: true, throwsWhenNewer: false, cancellationToken).ConfigureAwait(false) is
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

    private string GetPath(string deploymentId) => System.IO.Path.Combine(Folder, OutboxItem.GetFileName(deploymentId) + Extension);

    private static Task WriteAsync(
        string path,
        DeploymentReport report,
        DateTimeOffset queuedAt,
        int attempts,
        string? lastError,
        string? errorId,
        CancellationToken cancellationToken
    ) =>
        AtomicFile.WriteAsync(
            path,
            file =>
            {
                using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
                json.WriteStartObject();
                json.WriteNumber("version", Version);
                json.WriteString("queuedAt", queuedAt);
                json.WriteNumber("attempts", attempts);
                if (lastError is not null)
                {
                    json.WriteString("lastError", lastError);
                    json.WriteString("errorId", errorId);
                }

                ReportJson.Write(json, "report", report);
                json.WriteEndObject();
            },
            cancellationToken
        );

    private async Task<OutboxItem?> ReadAsync(
        string path,
        bool isDead,
        bool isExpected,
        bool throwsWhenNewer,
        CancellationToken cancellationToken
    )
    {
        if (await SharedFile.ReadAsync(path, isExpected, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            // Another process has delivered it.
            return null;
        }

        try
        {
            using var json = TolerantJson.Parse(bytes);
            if (json.RootElement.GetMember("version")?.AsCount() > Version)
            {
                if (throwsWhenNewer)
                {
                    throw StateErrors.TooNew(path);
                }

                _warn?.Invoke($"'{path}' was written by a newer version of PxxlPeriscope. It is left as it is.");
                return null;
            }

            if (
                json.RootElement.GetMember("report") is { } member
                && ReportJson.Read(member) is { } report
                && json.RootElement.GetMember("queuedAt")?.AsTimestamp() is { } queuedAt
            )
            {
                return new OutboxItem
                {
                    Report = report,
                    QueuedAt = queuedAt,
                    Age = _time.GetUtcNow() - queuedAt is var age && age > TimeSpan.Zero ? age : TimeSpan.Zero,
                    Attempts = (int)Math.Min(json.RootElement.GetMember("attempts")?.AsCount() ?? 0, int.MaxValue),
                    LastError = json.RootElement.GetMember("lastError")?.AsText() is { } error ? Printable.ToSingleLine(error, 1000) : null,
                    ErrorId = json.RootElement.GetMember("errorId")?.AsText(),
                    IsDead = isDead,
                    OutboxPath = Folder,
                    Path = path,
                };
            }
        }
        catch (JsonException) { }

        if (await AtomicFile.QuarantineAsync(path, "damaged", cancellationToken).ConfigureAwait(false) is { } quarantinePath)
        {
            _warn?.Invoke(
                $"The outbox item '{path}' is damaged and was set aside as '{quarantinePath}'. If it can be read, send its report again by hand."
            );
        }

        return null;
    }
}
