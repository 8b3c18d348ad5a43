using System.Globalization;
using System.Text.Json;
using PxxlPeriscope.Compatibility;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// A folder in which genuine events wait for their processing: one JSON file each, written under a temporary name, flushed to disk,
/// and only then renamed. Its name is made of its content, so the same event delivered again, to this process or to another one, finds
/// its file there and changes nothing; however much waits, nothing is searched for. Its time of writing is when it was received.
/// </summary>
public sealed class WebhookInbox
{
    private const string Extension = ".json";
    private const string EarlierTimestamp = "yyyyMMdd'T'HHmmssfffffff";

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly SharedFolderFlush _flush;
    private readonly BlockingWorkers _writers = new(maximum: 16);

    /// <summary>Names of version 0.1.0, which begin with a time, by their identity. Those that were there when the folder was opened: none is made now.</summary>
    private readonly Dictionary<string, string> _earlierNames = new(StringComparer.Ordinal);

    /// <summary>Opens the folder, making it when it is not there.</summary>
    /// <exception cref="IOException">It cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made or written.</exception>
    public WebhookInbox(string folder, TimeProvider? time = null)
    {
        _folder = DurableFile.CreateFolder(folder);
        _time = time ?? TimeProvider.System;
        // Now rather than with the first event, whose sender would then have to be turned away.
        AtomicFile.Probe(_folder);
        _flush = new SharedFolderFlush(_folder);
        foreach (var path in Directory.EnumerateFiles(_folder, "*-*" + Extension))
        {
            var name = System.IO.Path.GetFileNameWithoutExtension(path);
            _earlierNames[name.Substring(name.IndexOf('-') + 1)] = path;
        }
    }

    /// <summary>The user's own folder. Looked up only where it is used: a service or a container may have no home, or one that cannot be written.</summary>
    /// <exception cref="IOException">There is no home folder.</exception>
    internal static string GetDefaultFolder()
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return System.IO.Path.IsPathRooted(data)
            ? System.IO.Path.Combine(data, "PxxlPeriscope", "inbox")
            : throw new IOException("There is no home folder for the default inbox. Set HOME, or give -InboxPath.");
    }

    /// <summary>What waits, the oldest first.</summary>
    internal IReadOnlyList<string> ListPending() =>
        [
            .. new DirectoryInfo(_folder)
                .EnumerateFiles("*" + Extension)
                .Select(file => (ReceivedAt: GetReceivedAt(file), file.FullName))
                .OrderBy(file => file.ReceivedAt)
                .ThenBy(file => file.FullName, StringComparer.Ordinal)
                .Select(file => file.FullName),
        ];

    /// <summary>Removes what killed processes left half-written.</summary>
    internal Task RemoveLeftoversAsync(CancellationToken cancellationToken) =>
        AtomicFile.RemoveLeftoversAsync(_folder, _time.GetUtcNow().UtcDateTime, cancellationToken);

    /// <summary>Keeps an event. It is on disk when this returns.</summary>
    /// <returns>Its file.</returns>
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
            // When another sender or process is faster, its file is as good.
            var receivedAt = _time.GetUtcNow().UtcDateTime;
            await _writers
                .RunAsync(() =>
                    AtomicFile.TryCreateAsync(path, file => Write(file, request), receivedAt, cancellationToken).GetAwaiter().GetResult()
                )
                .ConfigureAwait(false);
        }

        // Also when it was there: another process may have named it only now, and its name is acknowledged here too.
        await _flush.FlushAsync().ConfigureAwait(false);
        return path;
    }

    private static void Write(Stream file, WebhookRequest request)
    {
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteStartObject("headers");
        foreach (var header in request.EnumerateHeaders())
        {
            json.WriteString(header.Key, header.Value);
        }

        json.WriteEndObject();
        json.WriteBase64String("body", request.Body);
        json.WriteEndObject();
    }

    /// <summary>From its name in a file of version 0.1.0, which may have been copied; else when it was written.</summary>
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

    /// <summary>Reads what was kept; null when it is gone, or damaged, which sets the file aside.</summary>
    internal static async Task<WebhookRequest?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        // Never replaced: what is not there was dealt with by another process.
        if (await SharedFile.ReadAsync(path, isExpected: false, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return null;
        }

        try
        {
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
}
