using System.Text.Json;
using PxxlPeriscope.Json;
using PxxlPeriscope.Ledger;
using PxxlPeriscope.Reports;
using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Sync;

/// <summary>
/// What a synchronization remembers between its runs, in a folder: how far each project was read, what was still running, what waits, and the
/// last success per service and environment in <c>state.json</c>, written whole at the end of a run; what was sent in <c>sent.jsonl</c>, line by
/// line. Killed in between, the next run reads the same again and knows from the lines what arrived.
/// </summary>
internal sealed class SyncState
{
    private const string Noun = "state";
    private const int Version = 1;

    private readonly string _path;

    private SyncState(string folder, DeliveryLedger sent)
    {
        (Folder, Ledger) = (folder, sent);
        _path = Path.Combine(folder, "state.json");
    }

    internal string Folder { get; }

    /// <summary>By scope and project, or by scope and * for a run over all of them: the creation time up to which all was read.</summary>
    internal Dictionary<(string Scope, string Project), DateTimeOffset> ReadUntil { get; } = [];

    internal Dictionary<string, RunningDeployment> Running { get; } = new(StringComparer.Ordinal);

    internal Dictionary<(string? Service, string Environment), SuccessfulRelease> LastSuccesses { get; } = [];

    /// <summary>By the report's deploymentId.</summary>
    internal Dictionary<string, PendingReport> Pending { get; } = new(StringComparer.Ordinal);

    /// <summary>By the project's id.</summary>
    internal Dictionary<string, string> ProjectNames { get; } = new(StringComparer.Ordinal);

    internal DeliveryLedger Ledger { get; }

    /// <summary>Reads the state. That it can be written is known from here on.</summary>
    /// <exception cref="ServiceException"><see cref="StateFailure.StateUnusable"/> or <see cref="StateFailure.StateTooNew"/>.</exception>
    internal static Task<SyncState> OpenAsync(string folder, TimeProvider time, Action<string>? warn, CancellationToken cancellationToken)
    {
        folder = StateErrors.RequireWritableFolder(Noun, folder);
        return StateErrors.GuardedAsync(
            Noun,
            folder,
            async () =>
            {
                await AtomicFile.RemoveLeftoversAsync(folder, time.GetUtcNow().UtcDateTime, cancellationToken).ConfigureAwait(false);
                var sent = await DeliveryLedger.OpenAsync(LedgerIn(folder), time, warn, cancellationToken).ConfigureAwait(false);
                return await new SyncState(folder, sent).LoadAsync(warn, isReadOnly: false, cancellationToken).ConfigureAwait(false);
            }
        );
    }

    /// <summary>Reads the state and touches nothing.</summary>
    /// <exception cref="ServiceException">As for <see cref="OpenAsync"/>.</exception>
    internal static Task<SyncState> OpenReadOnlyAsync(
        string folder,
        TimeProvider time,
        Action<string>? warn,
        CancellationToken cancellationToken
    )
    {
        folder = Directory.Exists(folder) ? Path.GetFullPath(folder) : throw StateErrors.FolderMissing(Noun, folder);
        return StateErrors.GuardedAsync(
            Noun,
            folder,
            async () =>
            {
                var sent = await DeliveryLedger.OpenReadOnlyAsync(LedgerIn(folder), time, cancellationToken).ConfigureAwait(false);
                return await new SyncState(folder, sent).LoadAsync(warn, isReadOnly: true, cancellationToken).ConfigureAwait(false);
            }
        );
    }

    /// <summary>Writes everything but what was sent, which is written already.</summary>
    internal Task SaveAsync(CancellationToken cancellationToken) =>
        StateErrors.GuardedAsync(
            Noun,
            Folder,
            async () =>
            {
                await AtomicFile
                    .WriteAsync(
                        _path,
                        file =>
                        {
                            using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
                            json.WriteStartObject();
                            json.WriteNumber("version", Version);
                            Array(
                                "readUntil",
                                ReadUntil,
                                entry =>
                                {
                                    json.WriteString("scope", entry.Key.Scope);
                                    json.WriteString("project", entry.Key.Project);
                                    json.WriteString("until", entry.Value);
                                }
                            );
                            Array(
                                "running",
                                Running.Values,
                                running =>
                                {
                                    json.WriteString("id", running.Id);
                                    json.WriteString("projectId", running.ProjectId);
                                    json.WriteString("scope", running.Scope);
                                    Moment("createdAt", running.CreatedAt);
                                    json.WriteString("readAt", running.ReadAt);
                                    Moment("goneSince", running.MissingSince);
                                }
                            );
                            Array(
                                "lastSuccess",
                                LastSuccesses.Values,
                                success =>
                                {
                                    json.WriteString("service", success.Service);
                                    json.WriteString("environment", success.Environment);
                                    json.WriteString("deploymentId", success.DeploymentId);
                                    json.WriteString("projectId", success.ProjectId);
                                    json.WriteString("commitSha", success.CommitSha);
                                    json.WriteString("startedAt", success.StartedAt);
                                    json.WriteString("completedAt", success.CompletedAt);
                                    json.WriteBoolean("isExact", success.IsExact);
                                }
                            );
                            Array(
                                "pending",
                                Pending.Values,
                                pending =>
                                {
                                    json.WriteString("since", pending.Since);
                                    json.WriteNumber("attempts", pending.Attempts);
                                    json.WriteString("lastError", pending.LastError);
                                    ReportJson.Write(json, "report", pending.Report);
                                }
                            );
                            Array(
                                "projects",
                                ProjectNames,
                                project =>
                                {
                                    json.WriteString("id", project.Key);
                                    json.WriteString("name", project.Value);
                                }
                            );
                            json.WriteEndObject();

                            void Array<T>(string name, IEnumerable<T> items, Action<T> write)
                            {
                                json.WriteStartArray(name);
                                foreach (var item in items)
                                {
                                    json.WriteStartObject();
                                    write(item);
                                    json.WriteEndObject();
                                }

                                json.WriteEndArray();
                            }

                            void Moment(string name, DateTimeOffset? timestamp)
                            {
                                if (timestamp is { } given)
                                {
                                    json.WriteString(name, given);
                                }
                            }
                        },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                return true;
            }
        );

    private static string LedgerIn(string folder) => Path.Combine(folder, "sent.jsonl");

    private async Task<SyncState> LoadAsync(Action<string>? warn, bool isReadOnly, CancellationToken cancellationToken)
    {
        if (await SharedFile.ReadAsync(_path, isExpected: true, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return this;
        }

        try
        {
            using var json = TolerantJson.Parse(bytes);
            var root = json.RootElement;
            if (root.GetProperty("version").GetInt32() > Version)
            {
                throw StateErrors.TooNew(_path);
            }

            foreach (var entry in root.GetProperty("readUntil").EnumerateArray())
            {
                ReadUntil[(Text(entry, "scope")!, Text(entry, "project")!)] = entry.GetProperty("until").GetDateTimeOffset();
            }

            foreach (var entry in root.GetProperty("running").EnumerateArray())
            {
                var running = new RunningDeployment(
                    Text(entry, "id")!,
                    Text(entry, "projectId"),
                    Text(entry, "scope")!,
                    entry.GetMember("createdAt")?.AsTimestamp(),
                    entry.GetProperty("readAt").GetDateTimeOffset(),
                    entry.GetMember("goneSince")?.AsTimestamp()
                );
                Running[running.Id] = running;
            }

            foreach (var entry in root.GetProperty("lastSuccess").EnumerateArray())
            {
                var success = new SuccessfulRelease(
                    Text(entry, "service"),
                    Text(entry, "environment")!,
                    Text(entry, "deploymentId")!,
                    Text(entry, "projectId"),
                    Text(entry, "commitSha"),
                    entry.GetProperty("startedAt").GetDateTimeOffset(),
                    entry.GetProperty("completedAt").GetDateTimeOffset(),
                    entry.GetProperty("isExact").GetBoolean()
                );
                LastSuccesses[(success.Service, success.Environment)] = success;
            }

            foreach (var entry in root.GetProperty("pending").EnumerateArray())
            {
                var report = ReportJson.Read(entry.GetProperty("report")) ?? throw new FormatException();
                Pending[report.DeploymentId] = new PendingReport(
                    report,
                    entry.GetProperty("since").GetDateTimeOffset(),
                    entry.GetProperty("attempts").GetInt32(),
                    Text(entry, "lastError") ?? string.Empty
                );
            }

            foreach (var entry in root.GetProperty("projects").EnumerateArray())
            {
                ProjectNames[Text(entry, "id")!] = Text(entry, "name")!;
            }
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or ArgumentNullException
            )
        {
            ReadUntil.Clear();
            Running.Clear();
            LastSuccesses.Clear();
            Pending.Clear();
            ProjectNames.Clear();
            var aside = isReadOnly ? null : await AtomicFile.QuarantineAsync(_path, "damaged", cancellationToken).ConfigureAwait(false);
            warn?.Invoke(
                $"The state '{_path}' is damaged{(aside is null ? string.Empty : $" and was set aside as '{aside}'")}. Deployments are read again as in a first run: what was "
                    + "sent is known, so little is sent twice, which does no harm. Reports that waited in it are made again of what Pxxl still lists."
            );
        }

        return this;

        static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var text) ? text.GetString() : null;
    }
}
