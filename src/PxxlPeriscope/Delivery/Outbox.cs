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
    private readonly TurnLocks? _turns;

    private Outbox(string folder, TimeProvider time, Action<string>? warn, bool isReadOnly)
    {
        (Folder, _time, _warn) = (folder, time, warn);
        var memory = System.IO.Path.Combine(folder, ".delivery");
        if (!isReadOnly)
        {
            KeepingFailure.Guarded("dead-letter", DeadLetterFolder, () => Directory.CreateDirectory(DeadLetterFolder));
            KeepingFailure.Require("dead-letter", DeadLetterFolder);
            _turns = KeepingFailure.Guarded(Noun, folder, () => new TurnLocks(System.IO.Path.Combine(memory, "turns"), time));
            SafeFile.RemoveLeftovers(folder, time.GetUtcNow().UtcDateTime);
        }

        Sent = KeepingFailure.Guarded(Noun, folder, () => new SentReports(System.IO.Path.Combine(memory, "sent.jsonl"), time, warn, isReadOnly));
    }

    internal string Folder { get; }

    /// <summary>Beside the outbox, so that nothing that empties the one empties the other.</summary>
    internal string DeadLetterFolder => DeadLettersOf(Folder);

    /// <summary>What was sent through this outbox.</summary>
    internal SentReports Sent { get; }

    /// <summary>Opens an outbox for sending. That it can be written is known from here on.</summary>
    /// <exception cref="ServiceException"><see cref="FailureCause.StateUnusable"/> or <see cref="FailureCause.StateTooNew"/>.</exception>
    internal static Outbox Open(string folder, TimeProvider? time = null, Action<string>? warn = null) =>
        new(KeepingFailure.Require(Noun, folder), time ?? TimeProvider.System, warn, isReadOnly: false);

    /// <summary>Opens an outbox to look into it; makes and changes nothing but to set damaged files aside.</summary>
    /// <exception cref="ServiceException"><see cref="FailureCause.StateUnusable"/>.</exception>
    internal static Outbox Look(string folder, TimeProvider? time = null, Action<string>? warn = null) =>
        Directory.Exists(folder) ? new(System.IO.Path.GetFullPath(folder), time ?? TimeProvider.System, warn, isReadOnly: true) : throw KeepingFailure.Missing(Noun, folder);

    /// <summary>What waits, the oldest first.</summary>
    internal IReadOnlyList<OutboxItem> Waiting() => Items(Folder, isDead: false);

    /// <summary>What was refused, the oldest first.</summary>
    internal IReadOnlyList<OutboxItem> Dead() => Items(DeadLetterFolder, isDead: true);

    /// <summary>Waits until nobody else does anything with this deploymentId.</summary>
    internal Task<IDisposable> TurnAsync(string deploymentId, CancellationToken cancellationToken) => _turns!.TakeAsync(deploymentId, cancellationToken);

    /// <summary>Whether another process is about to deliver it.</summary>
    internal bool IsInOtherHands(OutboxItem item) => _turns!.IsTakenElsewhere(item.DeploymentId);

    /// <summary>The waiting report of a deployment.</summary>
    /// <exception cref="ServiceException"><see cref="FailureCause.StateTooNew"/>: this version can neither send nor replace it.</exception>
    internal OutboxItem? Find(string deploymentId) => Read(PathOf(deploymentId), isDead: false, refusesNewer: true);

    /// <summary>Keeps a report; it takes the place of an older one of the same deployment. It is on disk when this returns.</summary>
    /// <param name="report">The report.</param>
    /// <param name="failure">Why it was not delivered; null when it is only kept while it is sent.</param>
    internal void Keep(DeploymentReport report, ServiceException? failure)
    {
        var path = PathOf(report.DeploymentId);
        var before = Find(report.DeploymentId);
        // Another state of the deployment has waited for no time and was tried never.
        before = before is not null && SentReport.DigestOf(before.Report) == SentReport.DigestOf(report) ? before : null;
        Write(path, report, before?.QueuedAt ?? _time.GetUtcNow(), (before?.Attempts ?? 0) + (failure?.Attempts ?? 0), failure?.Message ?? before?.LastError, failure?.ErrorId ?? before?.ErrorId);
    }

    /// <summary>Puts a refused report among the dead letters, and out of the way of those that wait.</summary>
    internal void Bury(DeploymentReport report, ServiceException failure)
    {
        var waiting = Read(PathOf(report.DeploymentId), isDead: false);
        // Another state of the deployment was not refused, and goes on waiting.
        waiting = waiting is not null && SentReport.DigestOf(waiting.Report) == SentReport.DigestOf(report) ? waiting : null;
        // Several states of one deployment can be refused, and none is to be lost; the same one again is no second letter.
        var path = System.IO.Path.Combine(DeadLetterFolder, $"{System.IO.Path.GetFileNameWithoutExtension(PathOf(report.DeploymentId))}-{SentReport.DigestOf(report).Substring(0, 8)}{Extension}");
        var before = waiting ?? Read(path, isDead: true, refusesNewer: true);
        Write(path, report, before?.QueuedAt ?? _time.GetUtcNow(), (before?.Attempts ?? 0) + failure.Attempts, failure.Message, failure.ErrorId);
        if (waiting is not null)
        {
            Delete(waiting.Path);
        }
    }

    /// <summary>The report was delivered, and does not wait any more.</summary>
    internal void Deliver(DeploymentReport report) => Delete(PathOf(report.DeploymentId));

    /// <summary>Lets a refused report wait again; not where a newer state of its deployment waits.</summary>
    /// <returns>What waits now.</returns>
    internal OutboxItem Revive(OutboxItem item) => KeepingFailure.Guarded(Noun, Folder, () =>
    {
        var path = PathOf(item.DeploymentId);
        if (Find(item.DeploymentId) is { } newer)
        {
            _warn?.Invoke($"A newer state of {item.DeploymentId} waits and is sent. The refused one stays where it is.");
            return newer;
        }

        Write(path, item.Report, item.QueuedAt, item.Attempts, item.LastError, item.ErrorId);
        Delete(item.Path);
        return item with { IsDead = false, Path = path };
    });

    /// <summary>Takes an item out for good.</summary>
    internal static bool Remove(OutboxItem item) => KeepingFailure.Guarded(Noun, item.OutboxPath, () => Delete(item.Path));

    private static string DeadLettersOf(string folder)
    {
        var trimmed = folder.TrimEnd(System.IO.Path.DirectorySeparatorChar, System.IO.Path.AltDirectorySeparatorChar);
        // The root of a share or drive has nothing beside it.
        return System.IO.Path.GetDirectoryName(folder) is null || trimmed.Length == 0 ? System.IO.Path.Combine(folder, DeadLetterMark.Substring(1)) : trimmed + DeadLetterMark;
    }

    private List<OutboxItem> Items(string folder, bool isDead) => KeepingFailure.Guarded(Noun, folder, () => !Directory.Exists(folder) ? [] :
        Directory.EnumerateFiles(folder, "*" + Extension)
            .Where(path => path.EndsWith(Extension, StringComparison.Ordinal))
            .Select(path => Read(path, isDead)).OfType<OutboxItem>()
            .OrderBy(item => item.QueuedAt).ThenBy(item => item.Report.StartedAt).ThenBy(item => item.DeploymentId, StringComparer.Ordinal).ToList());

    /// <summary>The name can be read by a person, and its end makes it the only one: an id may hold any character, in any case.</summary>
    private string PathOf(string deploymentId)
    {
        var readable = string.Concat(deploymentId.Take(LongestReadableName).Select(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '_' ? c : '_'));
        var hash = Digest.ToLowerHex(Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(deploymentId))).Substring(0, 16);
        return System.IO.Path.Combine(Folder, $"{readable}-{hash}{Extension}");
    }

    private static bool Delete(string path)
    {
        var isThere = File.Exists(path);
        File.Delete(path);
        return isThere;
    }

    private static void Write(string path, DeploymentReport report, DateTimeOffset queuedAt, int attempts, string? lastError, string? errorId) => SafeFile.Write(path, file =>
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
    });

    private OutboxItem? Read(string path, bool isDead, bool refusesNewer = false)
    {
        try
        {
            using var json = TolerantJson.Parse(File.ReadAllBytes(path));
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
        catch (FileNotFoundException)
        {
            // Another process has delivered it.
            return null;
        }
        catch (JsonException)
        {
        }

        if (SafeFile.SetAside(path, "damaged") is { } aside)
        {
            _warn?.Invoke($"The outbox item '{path}' is damaged and was set aside as '{aside}'. If it can be read, send its report again by hand.");
        }

        return null;
    }
}
