using System.Text;
using System.Text.Json.Nodes;
using PxxlPeriscope.Webhooks;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks;

/// <summary>The text in which Azure Automation passes a webhook to a PowerShell 7 runbook, whether it is JSON or not.</summary>
public sealed class WebhookDataTests
{
    private const int Seed = 33;
    private static readonly DateTimeOffset Sent = DateTimeOffset.FromUnixTimeSeconds(1716723456);

    public static TheoryData<string> Bodies =>
        [
            SignedWebhook.Body(),
            "",
            "{}",
            "plain text",
            """{"note":"RequestHeader:"}""",
            """{"note":",RequestHeader:{"}""",
            """{"note":",RequestHeader:{X-Pxxl-Signature:00}}"}""",
            """{"note":"RequestBody:{},RequestHeader:{a:b},RequestBody:"}""",
            """{"a":{"b":{"c":"}}}}"}},"quote":"\"\\"}""",
            "{\r\n  \"event\": \"deployment.created\",\n\t\"data\": { }\n}\n",
            "  white space around  ",
            "größer – 配置 🚀 \u200f\u00a0",
            "}",
            "{",
            "\"",
            ",RequestHeader:{",
        ];

    public static TheoryData<string> Garbage =>
        [
            "",
            " ",
            "{",
            "}",
            "{}",
            "[]",
            "null",
            "1",
            "\"text\"",
            "no webhook",
            "{WebhookName:x}",
            "{RequestBody:}",
            "{RequestBody:x}",
            "RequestBody:x,RequestHeader:{}",
            "{RequestHeader:{},RequestBody:x}",
            """{"RequestBody":"x"}""",
            """{"RequestHeader":{}}""",
            """{"RequestBody":1,"RequestHeader":{}}""",
            """{"RequestBody":null,"RequestHeader":{}}""",
            """{"RequestBody":"x","RequestHeader":"y"}""",
            """[{"RequestBody":"x","RequestHeader":{}}]""",
        ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void The_body_comes_out_of_valid_JSON_byte_for_byte(string body)
    {
        AssertRoundTrips(body, Quoted(body));
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void The_body_is_read_exactly_from_text_that_is_not_JSON(string body)
    {
        AssertRoundTrips(body, Unquoted(body));
    }

    [Fact]
    public void Thousands_of_random_bodies_are_read_exactly_from_text_that_is_not_JSON()
    {
        string[] parts =
        [
            "RequestHeader:",
            ",RequestHeader:{",
            "RequestBody:",
            "WebhookName:",
            "X-Pxxl-Signature:0",
            "{",
            "}",
            "}}",
            "\"",
            "\\\"",
            ",",
            ":",
            " ",
            "\n",
            "\r\n",
            "\t",
            "ß",
            "配",
            "🚀",
            "\u2028",
            "a",
            "event",
            "1.5",
            "null",
            "[",
            "]",
            "\\",
            "'",
            "=",
            "%7B",
        ];
        var random = new Random(Seed);
        for (var i = 0; i < 3000; i++)
        {
            AssertRoundTrips(
                string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => parts[random.Next(parts.Length)])),
                Unquoted,
                $"case {i} of seed {Seed}"
            );
        }
    }

    [Fact]
    public void Values_of_other_headers_may_hold_commas_and_colons()
    {
        var text = Unquoted(
            SignedWebhook.Body(),
            ("Accept", "text/html, */*;q=0.8"),
            ("Date", "Sun, 26 May 2024 11:37:36 GMT"),
            ("X-Forwarded-For", "10.0.0.1:4711, 10.0.0.2")
        );

        AssertRoundTrips(SignedWebhook.Body(), text);
    }

    [Fact]
    public void A_value_that_resembles_a_Pxxl_header_is_ambiguous_and_never_used()
    {
        var body = Encoding.UTF8.GetBytes("""{"event":"deployment.created","data":{"id":"dep_evil"}}""");
        var forged = WebhookSignature.Create(body, SignedWebhook.ToUnixSeconds(Sent), Secret.FromExactly("evil"), SignatureScheme.Secret);
        var text = Unquoted(SignedWebhook.Body(), ("User-Agent", $"curl,X-Pxxl-Signature:{forged}"));

        Assert.Equal(SignatureReason.HeaderAmbiguous, Verifier().Check(WebhookData.Parse(text)).Check.Reason);
    }

    [Fact]
    public void A_value_that_looks_like_the_beginning_of_the_headers_does_not_hide_the_body()
    {
        AssertRoundTrips(SignedWebhook.Body(), Unquoted(SignedWebhook.Body(), ("User-Agent", "curl,RequestHeader:{a:b")));
    }

    [Fact]
    public void White_space_around_the_whole_changes_nothing()
    {
        AssertRoundTrips(SignedWebhook.Body(), $"\r\n {Unquoted(SignedWebhook.Body())}\n");
        AssertRoundTrips(SignedWebhook.Body(), $"\r\n {Quoted(SignedWebhook.Body())}\n");
    }

    [Theory]
    [MemberData(nameof(Garbage))]
    public void Text_in_neither_format_is_rejected(string garbage)
    {
        Assert.Throws<FormatException>(() => WebhookData.Parse(garbage));
    }

    [Fact]
    public void Every_truncated_text_is_rejected_or_does_not_verify()
    {
        var text = Unquoted(SignedWebhook.Body());
        var (whole, verifier) = (text.Length, Verifier());
        for (var length = 0; length < whole - 2; length++)
        {
            try
            {
                // If the text is cut off after the headers of Pxxl, nothing important is missing.
                var (check, request) = verifier.Check(WebhookData.Parse(text[..length] + "}"));
                Assert.True(!check.IsValid || Encoding.UTF8.GetString(request.Body) == SignedWebhook.Body());
            }
            catch (FormatException)
            {
                continue;
            }
        }
    }

    [Fact]
    public void Random_text_only_fails_with_a_format_error()
    {
        string[] parts = ["{", "}", "RequestBody:", "RequestHeader:{", ",", ":", "\"", "X-Pxxl-Signature:", "a", "\\", "[", "1", "\ud83d"];
        var random = new Random(Seed);
        for (var i = 0; i < 3000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(25)).Select(_ => parts[random.Next(parts.Length)]));
            if (Record.Exception(() => WebhookData.Parse(text)) is { } refusal)
            {
                Assert.IsType<FormatException>(refusal);
            }
        }
    }

    [Fact]
    public void A_body_that_looks_like_the_envelope_many_times_over_is_read_quickly()
    {
        // Each of these may be the end of the body. The most likely is tried first, and the correct one is among the first.
        AssertRoundTrips(string.Concat(Enumerable.Repeat(",RequestHeader:{", 200)), Unquoted);
    }

    [Theory]
    [InlineData(",RequestHeader:{")]
    [InlineData(",RequestHeader:{X-Pxxl-Signature:00,X-Pxxl-Timestamp:1")]
    public void A_large_text_that_repeats_the_beginning_of_the_headers_has_few_readings(string repeated)
    {
        var forged =
            $"{{WebhookName:x,RequestBody:{Fill(repeated)},RequestHeader:{{X-Pxxl-Signature:{new string('0', 64)},X-Pxxl-Timestamp:1}}}}";

        Assert.InRange(WebhookData.Parse(forged).Count(), 1, 8);
        // The cost before a signature is verified: parsing every possible header section took hundreds of megabytes.
        Assert.InRange(Allocated(() => Assert.False(Verifier().Check(WebhookData.Parse(forged)).Check.IsValid)), 0, 16 * 1024 * 1024);
    }

    [Theory]
    [InlineData(",RequestHeader:{")]
    [InlineData(",RequestHeader:{X-Pxxl-Signature:00,X-Pxxl-Timestamp:1")]
    public void A_large_body_that_repeats_the_beginning_of_the_headers_is_found_by_its_first_reading(string repeated)
    {
        var body = Fill(repeated);
        var text = Unquoted(body);

        Assert.Equal(Encoding.UTF8.GetBytes(body), WebhookData.Parse(text).First().Body);
        Assert.InRange(Allocated(() => AssertRoundTrips(body, text)), 0, 4 * 1024 * 1024);
    }

    [Fact]
    public void Markers_behind_the_signature_are_not_readings()
    {
        AssertRoundTrips(SignedWebhook.Body(), Unquoted(SignedWebhook.Body()).TrimEnd('}') + $",User-Agent:{Fill(",RequestHeader:{")}}}}}");
    }

    private static string Fill(string repeated) => string.Concat(Enumerable.Repeat(repeated, 64 * 1024 / repeated.Length));

    private static long Allocated(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void AssertRoundTrips(string body, Func<string, (string, string)[], string> envelope, string? which = null) =>
        AssertRoundTrips(body, envelope(body, []), which);

    private static void AssertRoundTrips(string body, string text, string? which = null)
    {
        var (check, request) = Verifier().Check(WebhookData.Parse(text));

        Assert.True(check.IsValid, $"{which}: {check.Reason} for {text}");
        Assert.Equal(Encoding.UTF8.GetBytes(body), request.Body);
        Assert.Equal(("deployment", "status_changed"), (request.Event, request.ActionType));
    }

    private static WebhookVerifier Verifier() => new() { Secrets = [SignedWebhook.Secret], Tolerance = null };

    private static List<KeyValuePair<string, string?>> Headers(string body, (string Name, string Value)[] others)
    {
        var own = SignedWebhook.Headers(Encoding.UTF8.GetBytes(body), Sent);
        return
        [
            new("Connection", "Keep-Alive"),
            .. others.Select(each => new KeyValuePair<string, string?>(each.Name, each.Value)),
            .. own,
            new("x-ms-request-id", "9f0c"),
        ];
    }

    private static string Quoted(string body, params (string Name, string Value)[] others) =>
        new JsonObject
        {
            ["WebhookName"] = "deploys",
            ["RequestBody"] = body,
            ["RequestHeader"] = new JsonObject(
                Headers(body, others).Select(header => new KeyValuePair<string, JsonNode?>(header.Key, header.Value))
            ),
        }.ToJsonString();

    private static string Unquoted(string body, params (string Name, string Value)[] others) =>
        $"{{WebhookName:deploys,RequestBody:{body},RequestHeader:{{"
        + string.Join(",", Headers(body, others).Select(header => $"{header.Key}:{header.Value}"))
        + "}}";
}
