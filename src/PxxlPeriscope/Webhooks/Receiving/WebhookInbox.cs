using System.Globalization;
using System.Text.Json;
using PxxlPeriscope.Compatibility;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// A folder in which genuine events wait for their processing: one JSON file each, written under a temporary name, flushed to disk,
/// and only then renamed. The same event delivered again finds its file there and changes nothing.
/// </summary>
public sealed class WebhookInbox
{
    private const string Extension = ".json";
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly AsyncLock _lock = new();

    /// <summary>Opens the folder, making it when it is not there.</summary>
    /// <exception cref="IOException">It cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made or written.</exception>
    public WebhookInbox(string folder, TimeProvider? time = null)
    {
        _folder = DurableFile.CreateFolder(folder);
        _time = time ?? TimeProvider.System;
        // Now rather than with the first event, whose sender would then have to be turned away.
        AtomicFile.Probe(_folder);
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
    internal IEnumerable<string> ListPending() =>
        Directory.EnumerateFiles(_folder, "*" + Extension).OrderBy(path => System.IO.Path.GetFileName(path), StringComparer.Ordinal);

    /// <summary>Keeps an event. It is on disk when this returns.</summary>
    /// <returns>Its file.</returns>
    internal async Task<string> StoreAsync(WebhookRequest request, CancellationToken cancellationToken)
    {
        using var alone = await _lock.AcquireAsync(cancellationToken).ConfigureAwait(false);
        return await StoreCoreAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> StoreCoreAsync(WebhookRequest request, CancellationToken cancellationToken)
    {
        var identity = Hashing
            .ToLowerHex(Hashing.Sha256([.. System.Text.Encoding.UTF8.GetBytes(request.Signature + "."), .. request.Body]))
            .Substring(0, 32);
        if (Directory.EnumerateFiles(_folder, $"*-{identity}{Extension}").FirstOrDefault() is { } there)
        {
            // Another process may have named it only now, and its name is acknowledged here too.
            DurableFile.FlushFolder(_folder);
            return there;
        }

        var timestamp = _time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmssfffffff", CultureInfo.InvariantCulture);
        var path = System.IO.Path.Combine(_folder, $"{timestamp}-{identity}{Extension}");
        await AtomicFile
            .WriteAsync(
                path,
                file =>
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
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return path;
    }

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
