using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PxxlPeriscope.Compatibility;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// A folder of verified events that wait to be processed, one JSON file each, written under a temporary name, flushed to disk, and only
/// then renamed. The name is derived from the content, so the same event received again, by this process or another one, finds its file
/// and changes nothing, without a search however many events wait. The time of the file is when the event was received.
/// </summary>
public sealed class WebhookInbox
{
    private const string Extension = ".json";
    private const string EarlierTimestamp = "yyyyMMdd'T'HHmmssfffffff";

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly SharedFolderFlush _flush;
    private readonly BlockingWorkers _writers = new(maximum: 16);

    /// <summary>
    /// The file names of version 0.1.0, which start with a time, by their identity. Only those that existed when the folder was opened,
    /// because no new ones are created.
    /// </summary>
    private readonly Dictionary<string, string> _earlierNames = new(StringComparer.Ordinal);

    /// <summary>Opens the folder, and creates it if it does not exist.</summary>
    /// <exception cref="IOException">The folder cannot be created or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be created or written.</exception>
    public WebhookInbox(string folder, TimeProvider? time = null)
    {
        _folder = DurableFile.CreateFolder(folder);
        _time = time ?? TimeProvider.System;
        // Checked now and not with the first event, whose sender would have to be rejected.
        AtomicFile.Probe(_folder);
        _flush = new SharedFolderFlush(_folder);
        foreach (var path in Directory.EnumerateFiles(_folder, "*-*" + Extension))
        {
            var name = System.IO.Path.GetFileNameWithoutExtension(path);
            _earlierNames[name.Substring(name.IndexOf('-') + 1)] = path;
        }
    }

    /// <summary>
    /// Returns the folder of the current user. Called only if that folder is needed: a service or a container may have no home folder, or
    /// one that cannot be written.
    /// </summary>
    /// <exception cref="IOException">There is no home folder.</exception>
    internal static string GetDefaultFolder()
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return System.IO.Path.IsPathRooted(data)
            ? System.IO.Path.Combine(data, "PxxlPeriscope", "inbox")
            : throw new IOException("There is no home folder for the default inbox. Set HOME, or specify -InboxPath.");
    }

    /// <summary>Lists the stored events, oldest first.</summary>
    internal IReadOnlyList<string> ListPending() =>
        [
            .. new DirectoryInfo(_folder)
                .EnumerateFiles("*" + Extension)
                .Select(file => (ReceivedAt: GetReceivedAt(file), file.FullName))
                .OrderBy(file => file.ReceivedAt)
                .ThenBy(file => file.FullName, StringComparer.Ordinal)
                .Select(file => file.FullName),
        ];

    /// <summary>Deletes incomplete files of killed processes.</summary>
    internal Task RemoveLeftoversAsync(CancellationToken cancellationToken) =>
        AtomicFile.RemoveLeftoversAsync(_folder, _time.GetUtcNow().UtcDateTime, cancellationToken);

    /// <summary>Stores an event. It is on disk when this method returns.</summary>
    /// <returns>The file of the event.</returns>
    internal async Task<string> StoreAsync(WebhookRequest request, CancellationToken cancellationToken)
    {
        var identity = Hashing
            .ToLowerHex(Hashing.Sha256([.. System.Text.Encoding.UTF8.GetBytes(request.Signature + "."), .. request.Body]))
            .Substring(0, 32);
        var path =
            _earlierNames.TryGetValue(identity, out var earlier) && File.Exists(earlier)
                ? earlier
                : System.IO.Path.Combine(_folder, identity + Extension);
        if (!File.Exists(path))
        {
            // If another sender or process is faster, its file is equivalent.
            var receivedAt = _time.GetUtcNow().UtcDateTime;
            await _writers
                .RunAsync(() =>
                    AtomicFile.TryCreateAsync(path, file => Write(file, request), receivedAt, cancellationToken).GetAwaiter().GetResult()
                )
                .ConfigureAwait(false);
        }

        // Also for an existing file: another process may just have named it, and its name is acknowledged here too.
        await _flush.FlushAsync().ConfigureAwait(false);
        return path;
    }

    private static void Write(Stream file, WebhookRequest request) =>
        JsonSerializer.Serialize(
            file,
            new StoredEvent(request.EnumerateHeaders().ToDictionary(header => header.Key, header => header.Value), request.Body),
            InboxJsonContext.Default.StoredEvent
        );

    /// <summary>
    /// Returns the time in a file name of version 0.1.0, because such a file may have been copied; otherwise the time of the file.
    /// </summary>
    private static DateTime GetReceivedAt(FileInfo file) =>
        file.Name.IndexOf('-') is var dash
        && dash > 0
        && DateTime.TryParseExact(
            file.Name.Substring(0, dash),
            EarlierTimestamp,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var named
        )
            ? named
            : file.LastWriteTimeUtc;

    /// <summary>Reads a stored event; null if it does not exist or is damaged. A damaged file is renamed.</summary>
    internal static async Task<WebhookRequest?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        // Files are never replaced, so a missing file was processed by another process.
        if (await SharedFile.ReadAsync(path, isExpected: false, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return null;
        }

        try
        {
            // Not deserialized: a header that occurs twice, in a file that others can write to, must stay visible.
            using var json = JsonDocument.Parse(bytes);
            var headers = json
                .RootElement.GetProperty("headers")
                .EnumerateObject()
                .Select(header => new KeyValuePair<string, string?>(header.Name, header.Value.GetString()));
            return WebhookRequest.From(json.RootElement.GetProperty("body").GetBytesFromBase64(), headers);
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            await AtomicFile.QuarantineAsync(path, "damaged", cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>The JSON file of an event.</summary>
    internal sealed record StoredEvent(Dictionary<string, string> Headers, byte[] Body);
}

/// <summary>Source-generated serialization of a stored event.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WebhookInbox.StoredEvent))]
internal sealed partial class InboxJsonContext : JsonSerializerContext;
