using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Webhooks;

/// <summary>
/// Reads the text in which Azure Automation passes a webhook to a PowerShell 7 runbook. It is JSON, or resembles JSON without being valid:
/// <c>{WebhookName:deploys,RequestBody:{"event":"x"},RequestHeader:{Connection:Keep-Alive,X-Pxxl-Event:deployment}}</c>.
/// </summary>
public static class WebhookData
{
    private const string BodyMarker = "RequestBody:";
    private const string HeaderMarker = ",RequestHeader:{";

    /// <summary>
    /// Each reading copies and hashes the body before a signature is verified. Only header values that contain the marker too can make a
    /// place other than the last one correct, so a few readings are sufficient.
    /// </summary>
    private const int MaxReadings = 8;

    // \G is the position directly after the marker. The end of an earlier match is always at a comma or at the end of the text.
    private static readonly Regex OwnHeader = new(
        $@"(?:,|\G)\s*""?({string.Join("|", WebhookRequest.HeaderNames)})""?\s*:\s*([^,]*)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    );

    private static readonly Regex LastSignature = new(
        $@"[,{{]\s*""?{WebhookRequest.SignatureHeader}""?\s*:",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.RightToLeft
    );

    /// <summary>
    /// Returns the possible readings of the text, most likely first and limited in number: if the body itself looks like the envelope, the
    /// text does not tell where it ends. Only one reading has the correct signature. Each is created when it is enumerated.
    /// </summary>
    /// <exception cref="FormatException">The text has neither format.</exception>
    public static IEnumerable<WebhookRequest> Parse(string text)
    {
        var trimmed = text.Trim();
        return ParseJson(trimmed) is { } exact
            ? [exact]
            : ParseUnquoted(trimmed)
                ?? throw new FormatException("This is not WebhookData from Azure Automation: RequestBody or RequestHeader is missing.");
    }

    private static WebhookRequest? ParseJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return
                json.RootElement.TryGetMember("RequestBody", out var body)
                && body.ValueKind == JsonValueKind.String
                && json.RootElement.TryGetMember("RequestHeader", out var header)
                && header.ValueKind == JsonValueKind.Object
                ? WebhookRequest.From(
                    Encoding.UTF8.GetBytes(body.GetString()!),
                    header.EnumerateObject().Select(each => new KeyValuePair<string, string?>(each.Name, each.Value.AsText()))
                )
                : null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static IEnumerable<WebhookRequest>? ParseUnquoted(string text)
    {
        var start = text.IndexOf(BodyMarker, StringComparison.Ordinal);
        if (start < 0 || text[0] != '{' || text[text.Length - 1] != '}')
        {
            return null;
        }

        start += BodyMarker.Length;
        var content = text.TrimEnd('}');
        var bodyEnds = BodyEnds(content, start);
        return bodyEnds.Count == 0
            ? null
            : bodyEnds.Select(end =>
                WebhookRequest.From(
                    Encoding.UTF8.GetBytes(content.Substring(start, end - start)),
                    Headers(content, end + HeaderMarker.Length)
                )
            );
    }

    /// <summary>
    /// Returns the possible ends of the body, most likely first. The headers come last, so the first choice is the last marker. If no
    /// signature follows it, it may be part of a header value, and the markers before the last signature are next.
    /// </summary>
    private static List<int> BodyEnds(string text, int start)
    {
        var ends = new List<int>();
        var last = MarkerBefore(text.Length - 1);
        if (last < start)
        {
            return ends;
        }

        ends.Add(last);
        var signature = LastSignature.Match(text);
        var next = signature.Success ? MarkerBefore(Math.Min(signature.Index, last - 1)) : -1;
        for (; next >= start && ends.Count < MaxReadings; next = MarkerBefore(next - 1))
        {
            ends.Add(next);
        }

        return ends;

        int MarkerBefore(int index) => index < 0 ? -1 : text.LastIndexOf(HeaderMarker, index, StringComparison.Ordinal);
    }

    /// <summary>Reads only the headers of Pxxl: the values of others may contain commas and colons, those of Pxxl do not.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> Headers(string text, int start)
    {
        for (var match = OwnHeader.Match(text, start); match.Success; match = match.NextMatch())
        {
            yield return new(match.Groups[1].Value, match.Groups[2].Value.Trim().Trim('"'));
        }
    }
}
