using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Webhooks;

/// <summary>
/// Reads the text in which Azure Automation hands a webhook to a PowerShell 7 runbook. It is JSON, or looks like it without being
/// it: <c>{WebhookName:deploys,RequestBody:{"event":"x"},RequestHeader:{Connection:Keep-Alive,X-Pxxl-Event:deployment}}</c>.
/// </summary>
public static class WebhookData
{
    private const string Body = "RequestBody:";
    private const string Header = "RequestHeader:{";

    /// <summary>
    /// Every way to read the text, the likeliest first: nothing in it says where the body ends if the body itself looks like the
    /// envelope. Only one of them has the right signature.
    /// </summary>
    /// <exception cref="FormatException">It is neither form.</exception>
    public static IReadOnlyList<WebhookRequest> Parse(string text)
    {
        var trimmed = text.Trim();
        var readings = ParseJson(trimmed) is { } exact ? [exact] : ParseUnquoted(trimmed).ToList();
        return readings.Count > 0
            ? readings
            : throw new FormatException("This is no WebhookData of Azure Automation: it has no RequestBody and RequestHeader.");
    }

    private static WebhookRequest? ParseJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetMember("RequestBody", out var body) && body.ValueKind == JsonValueKind.String
                && json.RootElement.TryGetMember("RequestHeader", out var header) && header.ValueKind == JsonValueKind.Object
                    ? WebhookRequest.From(
                        Encoding.UTF8.GetBytes(body.GetString()!),
                        header.EnumerateObject().Select(each => new KeyValuePair<string, string?>(each.Name, each.Value.AsText())))
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static IEnumerable<WebhookRequest> ParseUnquoted(string text)
    {
        var start = text.IndexOf(Body, StringComparison.Ordinal);
        if (start < 0 || text[0] != '{' || text[text.Length - 1] != '}')
        {
            yield break;
        }

        start += Body.Length;
        // The header comes last, so the body most likely ends at the last place that looks like its beginning.
        for (var end = text.LastIndexOf("," + Header, StringComparison.Ordinal); end >= start; end = end == 0 ? -1 : text.LastIndexOf("," + Header, end - 1, StringComparison.Ordinal))
        {
            yield return WebhookRequest.From(Encoding.UTF8.GetBytes(text.Substring(start, end - start)), Headers(text.Substring(end + 1 + Header.Length)));
        }
    }

    /// <summary>Only our own headers: the values of others may hold commas and colons, and ours hold neither.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> Headers(string text) =>
        Regex.Matches("," + text.TrimEnd('}'), $@",\s*""?({string.Join("|", WebhookRequest.HeaderNames)})""?\s*:\s*([^,]*)", RegexOptions.IgnoreCase)
            .Cast<Match>()
            .Select(match => new KeyValuePair<string, string?>(match.Groups[1].Value, match.Groups[2].Value.Trim().Trim('"')));
}
