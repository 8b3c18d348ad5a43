using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>
/// A folder in which reports wait that could not be delivered: one JSON file for each deploymentId, named after it, so that a newer state
/// takes the place of one that was never sent. What Periscope refused lies in a folder beside it. Several processes may use one outbox: whoever
/// changes or sends anything of a deploymentId has its turn meanwhile.
/// </summary>
internal sealed class Outbox
{
    /// <summary>Ends the name of the dead-letter folder.</summary>
    internal const string DeadLetterMark = "-dead-letter";

    private const string Noun = "outbox";
    private const string Extension = ".json";
    private const int Version = 1;
    private const int LongestReadableName = 80;

    private readonly TimeProvider _time;
    private readonly Action<string>? _warn;
    private readonly KeyedFileLocks? _locks;

    private Outbox(string folder, TimeProvider time, Action<string>? warn, KeyedFileLocks? locks, SentReports sent) =>
        (Folder, _time, _warn, _locks, Sent) = (folder, time, warn, locks, sent);

    internal string Folder { get; }

    /// <summary>Beside the outbox, so that nothing that empties the one empties the other.</summary>
    internal string DeadLetterFolder => DeadLettersOf(Folder);

    /// <summary>What was sent through this outbox.</summary>
    internal SentReports Sent { get; }

    /// <summary>Opens an outbox for sending. That it can be written is known from here on.</summary>
    /// <exception cref="ServiceException"><see cref="FailureCause.StateUnusable"/> or <see cref="FailureCause.StateTooNew"/>.</exception>
    internal static Task<Outbox> OpenAsync(string folder, CancellationToken cancellationToken, TimeProvider? time = null, Action<string>? warn = null)
    {
        folder = KeepingFailure.Require(Noun, folder);
        time ??= TimeProvider.System;
        var deadLetters = DeadLettersOf(folder);
        KeepingFailure.Guarded("dead-letter", deadLetters, () => DurableFile.CreateFolder(deadLetters));
        KeepingFailure.Require("dead-letter", deadLetters);
        return KeepingFailure.GuardedAsync(Noun, folder, async () =>
        {
            var locks = new KeyedFileLocks(System.IO.Path.Combine(MemoryIn(folder), "turns"), time);
            await AtomicFile.RemoveLeftoversAsync(folder, time.GetUtcNow().UtcDateTime, cancellationToken).ConfigureAwait(false);
            var sent = await SentReports.OpenAsync(LedgerIn(folder), time, warn, cancellationToken).ConfigureAwait(false);
            return new Outbox(folder, time, warn, locks, sent);
        });
    }

    /// <summary>Opens an outbox to look into it; makes and changes nothing but to set damaged files aside.</summary>
    /// <exception cref="ServiceException"><see cref="FailureCause.StateUnusable"/>.</exception>
    internal static Task<Outbox> LookAsync(string folder, CancellationToken cancellationToken, TimeProvider? time = null, Action<string>? warn = null)
    {
        folder = Directory.Exists(folder) ? System.IO.Path.GetFullPath(folder) : throw KeepingFailure.Missing(Noun, folder);
        time ??= TimeProvider.System;
        return KeepingFailure.GuardedAsync(Noun, folder, async () =>
            new Outbox(folder, time, warn, locks: null, await SentReports.LookAsync(LedgerIn(folder), time, cancellationToken).ConfigureAwait(false)));
    }

    /// <summary>What waits, the oldest first.</summary>
    internal Task<IReadOnlyList<OutboxItem>> WaitingAsync(CancellationToken cancellationToken) => ItemsAsync(Folder, isDead: false, cancellationToken);

    /// <summary>What was refused, the oldest first.</summary>
    internal Task<IReadOnlyList<OutboxItem>> DeadAsync(CancellationToken cancellationToken) => ItemsAsync(DeadLetterFolder, isDead: true, cancellationToken);

    /// <summary>Waits until nobody else does anything with this deploymentId.</summary>
    internal Task<IDisposable> AcquireAsync(string deploymentId, CancellationToken cancellationToken) => _locks!.AcquireAsync(deploymentId, cancellationToken);

    /// <summary>Whether another process is about to deliver it.</summary>
    internal bool IsInOtherHands(OutboxItem item) => _locks!.IsHeldElsewhere(item.DeploymentId);

    /// <summary>The waiting report of a deployment.</summary>
    /// <exception cref="ServiceException"><see cref="FailureCause.StateTooNew"/>: this version can neither send nor replace it.</exception>
    internal Task<OutboxItem?> FindAsync(string deploymentId, CancellationToken cancellationToken) =>
        ReadAsync(PathOf(deploymentId), isDead: false, isExpected: false, refusesNewer: true, cancellationToken);

    /// <summary>Keeps a report; it takes the place of an older one of the same deployment. It is on disk when this returns.</summary>
    /// <param name="report">The report.</param>
    /// <param name="failure">Why it was not delivered; null when it is only kept while it is sent.</param>
    /// <param name="cancellationToken">Ends the waiting for other processes.</param>
    internal async Task KeepAsync(DeploymentReport report, ServiceException? failure, CancellationToken cancellationToken)
    {
        var path = PathOf(report.DeploymentId);
        var before = await FindAsync(report.DeploymentId, cancellationToken).ConfigureAwait(false);
        // Another state of the deployment has waited for no time and was tried never.
        before = before is not null && SentReport.DigestOf(before.Report) == SentReport.DigestOf(report) ? before : null;
        var attempts = (before?.Attempts ?? 0) + (failure?.Attempts ?? 0);
        await WriteAsync(path, report, before?.QueuedAt ?? _time.GetUtcNow(), attempts, failure?.Message ?? before?.LastError, failure?.ErrorId ?? before?.ErrorId, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a refused report among the dead letters, and out of the way of those that wait.</summary>
    internal async Task BuryAsync(DeploymentReport report, ServiceException failure, CancellationToken cancellationToken)
    {
        var waiting = await ReadAsync(PathOf(report.DeploymentId), isDead: false, isExpected: false, refusesNewer: false, cancellationToken).ConfigureAwait(false);
        // Another state of the deployment was not refused, and goes on waiting.
        waiting = waiting is not null && SentReport.DigestOf(waiting.Report) == SentReport.DigestOf(report) ? waiting : null;
        // Several states of one deployment can be refused, and none is to be lost; the same one again is no second letter.
        var path = System.IO.Path.Combine(DeadLetterFolder, $"{System.IO.Path.GetFileNameWithoutExtension(PathOf(report.DeploymentId))}-{SentReport.DigestOf(report).Substring(0, 8)}{Extension}");
        var before = waiting ?? await ReadAsync(path, isDead: true, isExpected: false, refusesNewer: true, cancellationToken).ConfigureAwait(false);
        await WriteAsync(path, report, before?.QueuedAt ?? _time.GetUtcNow(), (before?.Attempts ?? 0) + failure.Attempts, failure.Message, failure.ErrorId, cancellationToken).ConfigureAwait(false);
        if (waiting is not null)
        {
            await SharedFile.DeleteAsync(waiting.Path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The report was delivered, and does not wait any more.</summary>
    internal Task DeliverAsync(DeploymentReport report, CancellationToken cancellationToken) => SharedFile.DeleteAsync(PathOf(report.DeploymentId), cancellationToken);

    /// <summary>Lets a refused report wait again; not where a newer state of its deployment waits.</summary>
    /// <returns>What waits now.</returns>
    internal Task<OutboxItem> ReviveAsync(OutboxItem item, CancellationToken cancellationToken) => KeepingFailure.GuardedAsync(Noun, Folder, async () =>
    {
        var path = PathOf(item.DeploymentId);
        if (await FindAsync(item.DeploymentId, cancellationToken).ConfigureAwait(false) is { } newer)
        {
            _warn?.Invoke($"A newer state of {item.DeploymentId} waits and is sent. The refused one stays where it is.");
            return newer;
        }

        await WriteAsync(path, item.Report, item.QueuedAt, item.Attempts, item.LastError, item.ErrorId, cancellationToken).ConfigureAwait(false);
        await SharedFile.DeleteAsync(item.Path, cancellationToken).ConfigureAwait(false);
        return item with { IsDead = false, Path = path };
    });

    /// <summary>Takes an item out for good.</summary>
    internal static Task<bool> RemoveAsync(OutboxItem item, CancellationToken cancellationToken) => KeepingFailure.GuardedAsync(Noun, item.OutboxPath, async () =>
    {
        var isRemoved = await SharedFile.DeleteAsync(item.Path, cancellationToken).ConfigureAwait(false);
        // That it is never sent is what was promised.
        DurableFile.FlushFolder(System.IO.Path.GetDirectoryName(item.Path)!);
        return isRemoved;
    });

    private static string MemoryIn(string folder) => System.IO.Path.Combine(folder, ".delivery");

    private static string LedgerIn(string folder) => System.IO.Path.Combine(MemoryIn(folder), "sent.jsonl");

    private static string DeadLettersOf(string folder)
    {
        var trimmed = folder.TrimEnd(System.IO.Path.DirectorySeparatorChar, System.IO.Path.AltDirectorySeparatorChar);
        // The root of a share or drive has nothing beside it.
        return System.IO.Path.GetDirectoryName(folder) is null || trimmed.Length == 0 ? System.IO.Path.Combine(folder, DeadLetterMark.Substring(1)) : trimmed + DeadLetterMark;
    }

    private Task<IReadOnlyList<OutboxItem>> ItemsAsync(string folder, bool isDead, CancellationToken cancellationToken) => KeepingFailure.GuardedAsync<IReadOnlyList<OutboxItem>>(Noun, folder, async () =>
    {
        var items = new List<OutboxItem>();
        foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + Extension).Where(path => path.EndsWith(Extension, StringComparison.Ordinal)).ToList() : [])
        {
            if (await ReadAsync(path, isDead, isExpected: true, refusesNewer: false, cancellationToken).ConfigureAwait(false) is { } item)
            {
                items.Add(item);
            }
        }

        return [.. items.OrderBy(item => item.QueuedAt).ThenBy(item => item.Report.StartedAt).ThenBy(item => item.DeploymentId, StringComparer.Ordinal)];
    });

    /// <summary>The name can be read by a person, and its end makes it the only one: an id may hold any character, in any case.</summary>
    private string PathOf(string deploymentId)
    {
        var readable = string.Concat(deploymentId.Take(LongestReadableName).Select(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '_' ? c : '_'));
        var hash = Digest.ToLowerHex(Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(deploymentId))).Substring(0, 16);
        return System.IO.Path.Combine(Folder, $"{readable}-{hash}{Extension}");
    }

    private static Task WriteAsync(string path, DeploymentReport report, DateTimeOffset queuedAt, int attempts, string? lastError, string? errorId, CancellationToken cancellationToken) => AtomicFile.WriteAsync(path, file =>
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
    }, cancellationToken);

    private async Task<OutboxItem?> ReadAsync(string path, bool isDead, bool isExpected, bool refusesNewer, CancellationToken cancellationToken)
    {
        if (await SharedFile.ReadAsync(path, isExpected, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            // Another process has delivered it.
            return null;
        }

        try
        {
            using var json = TolerantJson.Parse(bytes);
            if (json.RootElement.Member("version")?.Count() > Version)
            {
                if (refusesNewer)
                {
                    throw KeepingFailure.TooNew(path);
                }

                _warn?.Invoke($"'{path}' was written by a newer version of PxxlPeriscope. It is left as it is.");
                return null;
            }

            if (json.RootElement.Member("report") is { } member && ReportJson.Read(member) is { } report && json.RootElement.Member("queuedAt")?.Moment() is { } queuedAt)
            {
                return new OutboxItem
                {
                    Report = report,
                    QueuedAt = queuedAt,
                    Age = _time.GetUtcNow() - queuedAt is var age && age > TimeSpan.Zero ? age : TimeSpan.Zero,
                    Attempts = (int)Math.Min(json.RootElement.Member("attempts")?.Count() ?? 0, int.MaxValue),
                    LastError = json.RootElement.Member("lastError")?.Text() is { } error ? Printable.Line(error, 1000) : null,
                    ErrorId = json.RootElement.Member("errorId")?.Text(),
                    IsDead = isDead,
                    OutboxPath = Folder,
                    Path = path,
                };
            }
        }
        catch (JsonException)
        {
        }

        if (await AtomicFile.SetAsideAsync(path, "damaged", cancellationToken).ConfigureAwait(false) is { } aside)
        {
            _warn?.Invoke($"The outbox item '{path}' is damaged and was set aside as '{aside}'. If it can be read, send its report again by hand.");
        }

        return null;
    }
}
