using System.Text;
using PxxlPeriscope.Webhooks;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks.Signatures;

/// <summary>Which webhooks are valid: their age, the secrets, the scheme and replays.</summary>
public sealed class WebhookVerifierTests : IDisposable
{
    private static readonly DateTimeOffset Sent = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    private readonly AutoAdvancingClock _clock = new();
    private readonly TempFolder _folder = new();

    public static TheoryData<SignatureScheme> Schemes => [.. SignedWebhook.Schemes];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, SignatureReason.Valid)]
    [InlineData(300, SignatureReason.Valid)]
    [InlineData(301, SignatureReason.TooOld)]
    [InlineData(-300, SignatureReason.Valid)]
    [InlineData(-301, SignatureReason.TooNew)]
    [InlineData(100_000_000, SignatureReason.TooOld)]
    public void Five_minutes_are_tolerated_in_both_directions(int age, SignatureReason reason)
    {
        var check = Check(Verifier(), Sent.AddSeconds(age));

        Assert.Equal((reason, reason == SignatureReason.Valid, TimeSpan.FromSeconds(age)), (check.Reason, check.IsValid, check.Age));
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void The_age_counts_in_every_scheme(SignatureScheme scheme)
    {
        Assert.Equal(SignatureReason.TooOld, Check(Verifier(), Sent.AddMinutes(6), scheme).Reason);
    }

    [Fact]
    public void Another_tolerance_is_wider_or_narrower()
    {
        Assert.True(Check(Verifier(TimeSpan.FromHours(1)), Sent.AddMinutes(59)).IsValid);
        Assert.Equal(SignatureReason.TooOld, Check(Verifier(TimeSpan.FromSeconds(1)), Sent.AddSeconds(2)).Reason);
        Assert.True(Check(Verifier(TimeSpan.Zero), Sent).IsValid);
    }

    [Fact]
    public void Without_a_tolerance_any_age_is_valid_and_returned()
    {
        var check = Check(Verifier() with { Tolerance = null }, Sent.AddYears(3));

        Assert.True(check.IsValid);
        Assert.Equal(Sent.AddYears(3) - Sent, check.Age);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Milliseconds_are_as_good_as_seconds(SignatureScheme scheme)
    {
        var written = $"{Sent.ToUnixTimeMilliseconds()}";
        var body = Encoding.UTF8.GetBytes(SignedWebhook.Body());
        var request = new WebhookRequest
        {
            Body = body,
            Timestamp = written,
            Signature = WebhookSignature.Create(body, written, SignedWebhook.Secret, scheme),
        };

        var check = At(Sent.AddSeconds(10)).Check(request);

        Assert.Equal((true, TimeSpan.FromSeconds(10)), (check.IsValid, check.Age));
        Assert.Equal(SignatureReason.TooOld, At(Sent.AddMinutes(6)).Check(request).Reason);
    }

    [Theory]
    [InlineData("-1716723456")]
    [InlineData("+1716723456")]
    [InlineData("1716723456.5")]
    [InlineData("1,716,723,456")]
    [InlineData("0x6653")]
    [InlineData("2024-05-26T11:37:36Z")]
    [InlineData("99999999999999999999")]
    [InlineData("9223372036854775807")]
    [InlineData("soon")]
    public void A_timestamp_that_is_not_in_seconds_or_milliseconds_is_malformed(string timestamp)
    {
        var body = Encoding.UTF8.GetBytes(SignedWebhook.Body());
        foreach (var scheme in SignedWebhook.Schemes)
        {
            var request = new WebhookRequest
            {
                Body = body,
                Timestamp = timestamp,
                Signature = WebhookSignature.Create(body, timestamp, SignedWebhook.Secret, scheme),
            };

            Assert.Equal(SignatureReason.TimestampMalformed, Verifier().ToVerifier(_clock).Check(request).Reason);
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Any_of_several_secrets_is_valid_and_its_index_is_returned(SignatureScheme scheme)
    {
        Secret[] secrets = [Secret.FromExactly("whsec_new"), SignedWebhook.Secret, Secret.FromExactly("whsec_older")];

        var check = Check(Verifier() with { Secrets = secrets }, Sent, scheme);

        Assert.Equal((true, 1, scheme), (check.IsValid, check.SecretIndex, check.Scheme));
    }

    [Fact]
    public void None_of_several_secrets_tells_no_place()
    {
        var check = Check(Verifier() with { Secrets = [Secret.FromExactly("a"), Secret.FromExactly("b")] }, Sent);

        Assert.Equal((SignatureReason.Mismatch, null, null, null), (check.Reason, check.SecretIndex, check.Scheme, check.BindsTimestamp));
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void The_result_says_whether_the_scheme_binds_the_timestamp(SignatureScheme scheme)
    {
        Assert.Equal(scheme is SignatureScheme.HashedSecret or SignatureScheme.Secret, Check(Verifier(), Sent, scheme).BindsTimestamp);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void A_specified_scheme_excludes_all_others(SignatureScheme pinned)
    {
        Assert.All(
            SignedWebhook.Schemes,
            scheme => Assert.Equal(scheme == pinned, Check(Verifier() with { Scheme = pinned }, Sent, scheme).IsValid)
        );
    }

    [Fact]
    public void A_header_with_two_values_is_rejected_whichever_of_them_is_correct()
    {
        var body = Encoding.UTF8.GetBytes(SignedWebhook.Body());
        var headers = SignedWebhook.Headers(body, Sent);

        foreach (var header in headers)
        {
            var doubled = WebhookRequest.From(body, [.. headers, new(header.Key, header.Value + "0")]);

            Assert.Equal(SignatureReason.HeaderAmbiguous, At(Sent).Check(doubled).Reason);
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void A_replay_guard_accepts_the_same_webhook_once(SignatureScheme scheme)
    {
        var guarded = Verifier() with { ReplayGuard = new ReplayGuard(_folder["seen"]) };

        Assert.True(Check(guarded, Sent, scheme).IsValid);
        Assert.Equal(SignatureReason.Replayed, Check(guarded, Sent.AddSeconds(1), scheme).Reason);
    }

    [Fact]
    public void A_replay_guard_recognizes_other_encodings_of_the_signature()
    {
        var request = SignedWebhook.Request(SignedWebhook.Body(), Sent);
        var guarded = At(Sent, new ReplayGuard(_folder["seen"]));
        string[] spellings =
        [
            request.Signature!,
            request.Signature!.ToUpperInvariant(),
            "sha256=" + request.Signature,
            $" v1={request.Signature} ",
            Convert.ToBase64String(Convert.FromHexString(request.Signature!)),
        ];

        Assert.Equal(
            [SignatureReason.Valid, .. Enumerable.Repeat(SignatureReason.Replayed, spellings.Length - 1)],
            spellings.Select(spelling =>
                guarded
                    .Check(
                        new WebhookRequest
                        {
                            Body = request.Body,
                            Timestamp = request.Timestamp,
                            Signature = spelling,
                        }
                    )
                    .Reason
            )
        );
    }

    [Fact]
    public void A_replay_guard_remembers_only_what_was_valid()
    {
        var guarded = Verifier() with { ReplayGuard = new ReplayGuard(_folder["seen"]) };

        Assert.Equal(SignatureReason.TooOld, Check(guarded, Sent.AddHours(1)).Reason);
        Assert.Equal(SignatureReason.Mismatch, Check(guarded with { Secrets = [Secret.FromExactly("other")] }, Sent).Reason);
        Assert.True(Check(guarded, Sent).IsValid);
    }

    [Fact]
    public void Nothing_is_accepted_while_the_replay_guard_cannot_be_used()
    {
        // A folder in place of the file: nobody can open it, whatever their permissions.
        var guarded = Verifier() with
        {
            ReplayGuard = new ReplayGuard(_folder.Path),
        };

        Assert.ThrowsAny<IOException>(() => Check(guarded, Sent));
        Assert.Equal(SignatureReason.TooOld, Check(guarded, Sent.AddHours(1)).Reason);
    }

    [Theory]
    [InlineData(SignatureScheme.HashedSecret)]
    [InlineData(SignatureScheme.Secret)]
    public void A_signed_timestamp_and_body_do_not_pass_as_a_body_signed_alone(SignatureScheme scheme)
    {
        // The same bytes: `timestamp.body` of one scheme would be the whole body of the other.
        var genuine = SignedWebhook.Request(SignedWebhook.Body(), Sent, scheme);
        var shifted = new WebhookRequest
        {
            Body = [.. Encoding.UTF8.GetBytes(genuine.Timestamp + "."), .. genuine.Body],
            Signature = genuine.Signature,
            Timestamp = SignedWebhook.ToUnixSeconds(Sent.AddDays(1)),
        };

        Assert.Equal(SignatureReason.Mismatch, At(Sent.AddDays(1)).Check(shifted).Reason);
    }

    [Fact]
    public void The_border_between_timestamp_and_body_cannot_be_moved()
    {
        var genuine = SignedWebhook.Request(SignedWebhook.Body(), Sent, SignatureScheme.Secret);
        var dot = Array.IndexOf(genuine.Body, (byte)'.');
        var shifted = new WebhookRequest
        {
            Body = genuine.Body[(dot + 1)..],
            Signature = genuine.Signature,
            Timestamp = $"{genuine.Timestamp}.{Encoding.UTF8.GetString(genuine.Body[..dot])}",
        };

        Assert.False((Verifier() with { Tolerance = null }).ToVerifier(_clock).Check(shifted).IsValid);
    }

    [Fact]
    public void Of_several_readings_the_genuine_one_is_found_wherever_it_stands()
    {
        var genuine = SignedWebhook.Request(SignedWebhook.Body(), Sent);
        var other = new WebhookRequest
        {
            Body = [1, 2, 3],
            Signature = genuine.Signature,
            Timestamp = genuine.Timestamp,
        };

        Assert.Same(genuine, At(Sent).Check([other, genuine, other]).Request);
        Assert.Equal(SignatureReason.Mismatch, At(Sent).Check([other, other]).Check.Reason);
    }

    private static VerifierOptions Verifier(TimeSpan? tolerance = null) =>
        new([SignedWebhook.Secret], SignatureScheme.Auto, tolerance ?? WebhookSignature.DefaultTolerance, null);

    private static SignatureCheck Check(VerifierOptions rules, DateTimeOffset now, SignatureScheme scheme = SignatureScheme.HashedSecret) =>
        rules.ToVerifier(new FixedClock(now)).Check(SignedWebhook.Request(SignedWebhook.Body(), Sent, scheme));

    private static WebhookVerifier At(DateTimeOffset now, ReplayGuard? guard = null) =>
        (Verifier() with { ReplayGuard = guard }).ToVerifier(new FixedClock(now));

    private sealed record VerifierOptions(
        IReadOnlyList<Secret> Secrets,
        SignatureScheme Scheme,
        TimeSpan? Tolerance,
        ReplayGuard? ReplayGuard
    )
    {
        public WebhookVerifier ToVerifier(TimeProvider clock) =>
            new()
            {
                Secrets = Secrets,
                Scheme = Scheme,
                Tolerance = Tolerance,
                ReplayGuard = ReplayGuard,
                TimeProvider = clock,
            };
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
