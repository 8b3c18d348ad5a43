using System.Text.Json;
using System.Text.Json.Serialization;
using PxxlPeriscope.Json;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Storage;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Outbox;

/// <summary>The JSON file of one item, indented to be readable.</summary>
internal sealed class OutboxFile
{
    internal const string Extension = ".json";

    private const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    public DateTimeOffset? QueuedAt { get; init; }

    public int Attempts { get; init; }

    public string? LastError { get; init; }

    public string? ErrorId { get; init; }

    public ReportDocument? Report { get; init; }

    /// <summary>Writes the file. It is complete and on disk when this method returns.</summary>
    internal static Task WriteAsync(string path, OutboxItem item, CancellationToken cancellationToken)
    {
        var content = new OutboxFile
        {
            QueuedAt = item.QueuedAt,
            Attempts = item.Attempts,
            LastError = item.LastError,
            ErrorId = item.ErrorId,
            Report = ReportDocument.ForFile(item.Report),
        };
        return AtomicFile.WriteAsync(
            path,
            file => JsonSerializer.Serialize(file, content, OutboxJsonContext.Default.OutboxFile),
            cancellationToken
        );
    }

    /// <summary>
    /// Reads the current file of an item while its lock is held; null if it does not exist. Further attempts do not make it a different
    /// item, but a different report does, because the caller has never seen it.
    /// </summary>
    internal static async Task<OutboxItem?> ReadUnchangedAsync(OutboxItem item, Location location, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(item.Path, location, isExpected: false, cancellationToken).ConfigureAwait(false);
        return found is null || found.IsOf(item.Report)
            ? found
            : throw new ServiceException(
                ServiceName.Periscope,
                StateFailure.OutboxItemChanged,
                $"The outbox item {Printable.ToSingleLine(item.DeploymentId, 80)} ({Printable.ToSingleLine(item.Status, 20)}) "
                    + "was replaced after it was listed: the file now contains another report with the status "
                    + $"{Printable.ToSingleLine(found.Status, 20)}. It was not changed."
            );
    }

    /// <summary>Reads the file of an item; null if it does not exist or is damaged. A damaged file is renamed, with a warning.</summary>
    /// <param name="path">The file.</param>
    /// <param name="location">The outbox of the file.</param>
    /// <param name="isExpected">Whether the file existed a moment ago.</param>
    /// <param name="cancellationToken">Cancels the wait for other processes.</param>
    /// <exception cref="ServiceException"><see cref="StateFailure.StateTooNew"/>, unless the location skips files of newer
    /// versions.</exception>
    internal static async Task<OutboxItem?> ReadAsync(string path, Location location, bool isExpected, CancellationToken cancellationToken)
    {
        if (await SharedFile.ReadAsync(path, isExpected, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return null;
        }

        try
        {
            using var json = TolerantJson.Parse(bytes);
            // The version is checked first, because a newer version may have a different format.
            if (json.RootElement.GetMember("version")?.AsCount() > CurrentVersion)
            {
                if (!location.SkipsNewer)
                {
                    throw StateErrors.TooNew(path);
                }

                location.Warn?.Invoke($"'{path}' was written by a newer version of PxxlPeriscope. The file was not changed.");
                return null;
            }

            var content = json.RootElement.Deserialize(OutboxJsonContext.Default.OutboxFile);
            if (content is { Report: { DeploymentId: { } id } report, QueuedAt: { } queuedAt } && !string.IsNullOrWhiteSpace(id))
            {
                return new OutboxItem
                {
                    Report = report.ToReport(),
                    QueuedAt = queuedAt,
                    Age = location.Time.GetUtcNow() - queuedAt is var age && age > TimeSpan.Zero ? age : TimeSpan.Zero,
                    Attempts = Math.Max(0, content.Attempts),
                    LastError = content.LastError is { } error ? Printable.ToSingleLine(error, 1000) : null,
                    ErrorId = content.ErrorId,
                    IsDead = location.IsDead,
                    OutboxPath = location.OutboxPath,
                    Path = path,
                };
            }
        }
        catch (JsonException) { }

        if (await AtomicFile.QuarantineAsync(path, "damaged", cancellationToken).ConfigureAwait(false) is { } quarantinePath)
        {
            location.Warn?.Invoke(
                $"The outbox item '{path}' is damaged and was renamed to '{quarantinePath}'. "
                    + "If its content is readable, send the report again manually."
            );
        }

        return null;
    }

    /// <summary>The properties of an item that are not stored in its file.</summary>
    internal sealed record Location(string OutboxPath, TimeProvider Time, Action<string>? Warn)
    {
        internal bool IsDead { get; init; }

        /// <summary>
        /// Whether to skip a file of a newer version with a warning instead of failing. Used for lists, which have other items.
        /// </summary>
        internal bool SkipsNewer { get; init; }
    }
}

/// <summary>Source-generated serialization of <see cref="OutboxFile"/>.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(OutboxFile))]
internal sealed partial class OutboxJsonContext : JsonSerializerContext;
