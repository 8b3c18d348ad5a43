namespace PxxlPeriscope.Webhooks;

/// <summary>A received webhook: its raw body and the headers that Pxxl sets. (docs/facts/pxxl-api.md, "Webhooks".)</summary>
public sealed class WebhookRequest
{
    internal const string SignatureHeader = "X-Pxxl-Signature";
    private const string TimestampHeader = "X-Pxxl-Timestamp";
    private const string EventHeader = "X-Pxxl-Event";
    private const string ActionHeader = "X-Pxxl-Action-Type";

    /// <summary>The names of the headers that are read.</summary>
    internal static IReadOnlyList<string> HeaderNames { get; } = [SignatureHeader, TimestampHeader, EventHeader, ActionHeader];

    /// <summary>The body exactly as received.</summary>
    public required byte[] Body { get; init; }

    /// <summary>X-Pxxl-Signature.</summary>
    public string? Signature { get; init; }

    /// <summary>X-Pxxl-Timestamp.</summary>
    public string? Timestamp { get; init; }

    /// <summary>X-Pxxl-Event: a category, or a full name.</summary>
    public string? Event { get; init; }

    /// <summary>X-Pxxl-Action-Type: an action, or a full name.</summary>
    public string? ActionType { get; init; }

    /// <summary>The first header that occurs several times with different values; null if there is none.</summary>
    public string? AmbiguousHeader { get; init; }

    /// <summary>Creates a request from all received headers, ignoring the case of their names.</summary>
    public static WebhookRequest From(byte[] body, IEnumerable<KeyValuePair<string, string?>> headers)
    {
        var values = HeaderNames.ToDictionary(name => name, _ => (string?)null, StringComparer.OrdinalIgnoreCase);
        string? ambiguous = null;
        foreach (var header in headers)
        {
            var name = header.Key.Trim();
            if (values.TryGetValue(name, out var earlier))
            {
                var value = header.Value?.Trim() ?? string.Empty;
                ambiguous ??= earlier is not null && earlier != value ? name : null;
                values[name] = value;
            }
        }

        return new WebhookRequest
        {
            Body = body,
            Signature = values[SignatureHeader],
            Timestamp = values[TimestampHeader],
            Event = values[EventHeader],
            ActionType = values[ActionHeader],
            AmbiguousHeader = ambiguous,
        };
    }

    /// <summary>Returns the headers, so that they can be stored.</summary>
    internal IEnumerable<KeyValuePair<string, string>> EnumerateHeaders() =>
        new KeyValuePair<string, string?>[]
        {
            new(SignatureHeader, Signature),
            new(TimestampHeader, Timestamp),
            new(EventHeader, Event),
            new(ActionHeader, ActionType),
        }
            .Where(header => header.Value is not null)
            .Select(header => new KeyValuePair<string, string>(header.Key, header.Value!));
}
