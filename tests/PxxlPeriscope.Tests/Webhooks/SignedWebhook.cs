using System.Globalization;
using System.Text;
using PxxlPeriscope.Webhooks;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks;

/// <summary>Webhooks as Pxxl would send them, and verifiers for them.</summary>
internal static class SignedWebhook
{
    public const string SecretText = "whsec_example";
    public const string SignatureHeader = "X-Pxxl-Signature";
    public const string TimestampHeader = "X-Pxxl-Timestamp";
    public const string EventHeader = "X-Pxxl-Event";
    public const string ActionHeader = "X-Pxxl-Action-Type";

    public static Secret Secret { get; } = Secret.FromExactly(SecretText);

    public static IReadOnlyList<SignatureScheme> Schemes { get; } =
    [SignatureScheme.HashedSecret, SignatureScheme.Secret, SignatureScheme.BodySecret, SignatureScheme.BodyHashedSecret];

    public static bool BindsTimestamp(this SignatureScheme scheme) => scheme is SignatureScheme.HashedSecret or SignatureScheme.Secret;

    public static string ToUnixSeconds(DateTimeOffset timestamp) => timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>A body with the status of a deployment.</summary>
    public static string Body(string id = "dep_1", string status = "succeeded", long timestamp = 1716723456) =>
        $$"""{"event":"deployment.status_changed","timestamp":{{timestamp}},"data":{"id":"{{id}}","status":"{{status}}"} }""";

    /// <summary>The headers of a body that was sent at a given time.</summary>
    public static List<KeyValuePair<string, string?>> Headers(
        byte[] body,
        DateTimeOffset at,
        SignatureScheme scheme = SignatureScheme.HashedSecret,
        string name = "deployment.status_changed",
        Secret? secret = null
    )
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return
        [
            new(EventHeader, dot < 0 ? name : name[..dot]),
            new(ActionHeader, dot < 0 ? name : name[(dot + 1)..]),
            new(TimestampHeader, ToUnixSeconds(at)),
            new(SignatureHeader, WebhookSignature.Create(body, ToUnixSeconds(at), secret ?? Secret, scheme)),
        ];
    }

    public static WebhookRequest Request(
        string body,
        DateTimeOffset at,
        SignatureScheme scheme = SignatureScheme.HashedSecret,
        string name = "deployment.status_changed"
    ) => Encoding.UTF8.GetBytes(body) is var bytes ? WebhookRequest.From(bytes, Headers(bytes, at, scheme, name)) : null!;

    /// <summary>Reads a body as the event of a webhook with a valid signature.</summary>
    public static PxxlWebhookEvent ReadEvent(
        string body,
        string? eventHeader = null,
        string? actionHeader = null,
        string? timestampHeader = null
    ) => ReadEvent(Encoding.UTF8.GetBytes(body), eventHeader, actionHeader, timestampHeader);

    public static PxxlWebhookEvent ReadEvent(
        byte[] body,
        string? eventHeader = null,
        string? actionHeader = null,
        string? timestampHeader = null
    ) =>
        WebhookEventReader.Read(
            new WebhookRequest
            {
                Body = body,
                Event = eventHeader,
                ActionType = actionHeader,
                Timestamp = timestampHeader,
            },
            new SignatureCheck { Reason = SignatureReason.Valid, Scheme = SignatureScheme.HashedSecret }
        );
}
