using System.Text;
using PxxlPeriscope.Compatibility;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks.Signatures;

/// <summary>Which webhooks are genuine. The test vectors are those in docs/facts/pxxl-api.md.</summary>
public sealed class WebhookSignatureTests
{
    private const string Timestamp = "1716723456";
    private const string Body = """{"event":"deployment.status_changed","timestamp":1716723456,"data":{"id":"dep_1"}}""";
    private const string A = "a65f7e21f16eb17e87f2f9d9e01c35acc766a27ffe6d10b651b61838f83af136";
    private const string B = "0aa44565e15584078cb8fbaf01b817ecfbdd208ddff605fc4c0dab784eea01a7";
    private const string C = "7eb6f0928ecc45af9ceafd1a16592b2ceb3ee82ec428a30a558c541fc93ca430";
    private const string D = "a06cb27103a80381299a79ed7e678d2d7c897688bf71aeda31a80b3f3050a6c5";

    private static readonly DateTimeOffset Sent = DateTimeOffset.FromUnixTimeSeconds(1716723456);

    private static readonly byte[] BodyBytes = Encoding.UTF8.GetBytes(Body);

    public static TheoryData<string, SignatureScheme, bool> Vectors =>
        new()
        {
            { A, SignatureScheme.HashedSecret, true },
            { B, SignatureScheme.Secret, true },
            { C, SignatureScheme.BodySecret, false },
            { D, SignatureScheme.BodyHashedSecret, false },
        };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Each_scheme_is_recognized_and_returned(string signature, SignatureScheme scheme, bool bindsTimestamp)
    {
        Assert.Equal(82, BodyBytes.Length);

        var check = Verify(signature);

        Assert.True(check.IsValid);
        Assert.Equal(
            (SignatureReason.Valid, scheme, 0, bindsTimestamp),
            (check.Reason, check.Scheme!.Value, check.SecretIndex!.Value, check.BindsTimestamp!.Value)
        );
        Assert.Equal(TimeSpan.Zero, check.Age);
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_specified_scheme_excludes_all_others(string signature, SignatureScheme scheme, bool _)
    {
        foreach (var pinned in Enum.GetValues<SignatureScheme>().Except([SignatureScheme.Auto]))
        {
            Assert.Equal(pinned == scheme ? SignatureReason.Valid : SignatureReason.Mismatch, Verify(signature, scheme: pinned).Reason);
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void One_bit_of_the_body_is_enough_to_fail(string signature, SignatureScheme scheme, bool bindsTimestamp)
    {
        Assert.Equal(bindsTimestamp, scheme is SignatureScheme.HashedSecret or SignatureScheme.Secret);
        for (var index = 0; index < BodyBytes.Length; index++)
        {
            var tampered = (byte[])BodyBytes.Clone();
            tampered[index] ^= 1;
            Assert.Equal(SignatureReason.Mismatch, Verify(signature, body: tampered).Reason);
        }

        Assert.Equal(SignatureReason.Mismatch, Verify(signature, body: [.. BodyBytes, (byte)'\n']).Reason);
        Assert.Equal(SignatureReason.Mismatch, Verify(signature, body: BodyBytes[..^1]).Reason);
        Assert.Equal(SignatureReason.Mismatch, Verify(signature, body: []).Reason);
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void One_bit_of_the_signature_is_enough_to_fail(string signature, SignatureScheme scheme, bool bindsTimestamp)
    {
        Assert.Equal(bindsTimestamp, scheme is SignatureScheme.HashedSecret or SignatureScheme.Secret);
        for (var index = 0; index < 32; index++)
        {
            var bytes = Convert.FromHexString(signature);
            bytes[index] ^= 0x80;
            Assert.Equal(SignatureReason.Mismatch, Verify(Convert.ToHexString(bytes)).Reason);
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Another_timestamp_fails_if_signed_and_is_reported_if_not(string signature, SignatureScheme _, bool bindsTimestamp)
    {
        for (var index = 0; index < Timestamp.Length; index++)
        {
            var digits = Timestamp.ToCharArray();
            digits[index] = digits[index] == '9' ? '8' : (char)(digits[index] + 1);
            var check = Verify(signature, timestamp: new string(digits), tolerance: TimeSpan.FromDays(200_000));

            Assert.Equal(bindsTimestamp ? SignatureReason.Mismatch : SignatureReason.Valid, check.Reason);
            Assert.Equal(bindsTimestamp ? null : false, check.BindsTimestamp);
        }
    }

    [Fact]
    public void Other_spellings_of_the_same_timestamp_do_not_pass_for_it() =>
        Assert.Equal(SignatureReason.Mismatch, Verify(B, timestamp: "0" + Timestamp).Reason);

    [Theory]
    [InlineData(SignatureScheme.HashedSecret, A)]
    [InlineData(SignatureScheme.Secret, B)]
    [InlineData(SignatureScheme.BodySecret, C)]
    [InlineData(SignatureScheme.BodyHashedSecret, D)]
    public void Every_way_to_write_a_signature_is_read(SignatureScheme scheme, string hex)
    {
        var base64 = Convert.ToBase64String(Convert.FromHexString(hex));
        foreach (
            var written in new[]
            {
                hex,
                hex.ToUpperInvariant(),
                "sha256=" + hex,
                "SHA256=" + hex.ToUpperInvariant(),
                "v1=" + hex,
                base64,
                "sha256=" + base64,
                "v1=" + base64,
                $"  {hex}\r\n",
            }
        )
        {
            Assert.Equal((SignatureReason.Valid, scheme), Verify(written) is var check ? (check.Reason, check.Scheme!.Value) : default);
        }
    }

    [Theory]
    [InlineData(null, SignatureReason.SignatureMissing)]
    [InlineData("", SignatureReason.SignatureMissing)]
    [InlineData("  ", SignatureReason.SignatureMissing)]
    [InlineData("sha256=", SignatureReason.SignatureMalformed)]
    [InlineData("none", SignatureReason.SignatureMalformed)]
    [InlineData("a65f7e21", SignatureReason.SignatureMalformed)]
    [InlineData("g65f7e21f16eb17e87f2f9d9e01c35acc766a27ffe6d10b651b61838f83af136", SignatureReason.SignatureMalformed)]
    [InlineData("a65f7e21f16eb17e87f2f9d9e01c35acc766a27ffe6d10b651b61838f83af13", SignatureReason.SignatureMalformed)]
    [InlineData("sha256=sha256=a65f7e21f16eb17e87f2f9d9e01c35acc766a27ffe6d10b651b61838f83af136", SignatureReason.SignatureMalformed)]
    [InlineData("AAAA", SignatureReason.SignatureMalformed)]
    public void An_invalid_signature_format_is_distinguished(string? signature, SignatureReason reason)
    {
        var check = Verify(signature);

        Assert.Equal((false, reason), (check.IsValid, check.Reason));
        Assert.Null(check.Scheme);
    }

    [Theory]
    [InlineData(null, SignatureReason.TimestampMissing)]
    [InlineData("", SignatureReason.TimestampMissing)]
    [InlineData("yesterday", SignatureReason.TimestampMalformed)]
    [InlineData("-1", SignatureReason.TimestampMalformed)]
    [InlineData("1716723456.5", SignatureReason.TimestampMalformed)]
    [InlineData("1e9", SignatureReason.TimestampMalformed)]
    [InlineData("99999999999999999", SignatureReason.TimestampMalformed)]
    [InlineData("999999999999999999999999", SignatureReason.TimestampMalformed)]
    public void An_invalid_timestamp_format_is_distinguished(string? timestamp, SignatureReason reason) =>
        Assert.Equal(reason, Verify(C, timestamp).Reason);

    [Theory]
    [InlineData(-301, SignatureReason.TooNew)]
    [InlineData(-300, SignatureReason.Valid)]
    [InlineData(0, SignatureReason.Valid)]
    [InlineData(300, SignatureReason.Valid)]
    [InlineData(301, SignatureReason.TooOld)]
    public void Five_minutes_either_way_are_tolerated(int secondsLater, SignatureReason reason)
    {
        foreach (var signature in new[] { A, B, C, D })
        {
            var check = Verify(signature, now: Sent.AddSeconds(secondsLater));

            Assert.Equal(reason, check.Reason);
            Assert.Equal(TimeSpan.FromSeconds(secondsLater), check.Age);
            // Genuine but outside the tolerance: the result still contains what matched.
            Assert.NotNull(check.Scheme);
        }
    }

    [Fact]
    public void A_forged_webhook_is_a_mismatch_however_old_it_is() =>
        Assert.Equal(SignatureReason.Mismatch, Verify(new string('0', 64), now: Sent.AddYears(1)).Reason);

    [Theory]
    [InlineData("1716723456")]
    [InlineData("1716723456000")]
    public void Milliseconds_are_a_timestamp_too(string timestamp)
    {
        var check = Verify(C, timestamp, now: Sent.AddSeconds(10));

        Assert.Equal((SignatureReason.Valid, TimeSpan.FromSeconds(10)), (check.Reason, check.Age!.Value));
    }

    [Theory]
    [InlineData(Timestamp, A, SignatureReason.Valid)]
    [InlineData("", C, SignatureReason.Valid)]
    [InlineData(null, D, SignatureReason.Valid)]
    [InlineData("yesterday", C, SignatureReason.Valid)]
    [InlineData("", A, SignatureReason.Mismatch)]
    public void Without_a_tolerance_the_age_is_ignored_and_nothing_else(string? timestamp, string signature, SignatureReason reason)
    {
        var check = WebhookSignature.Verify(
            BodyBytes,
            signature,
            timestamp,
            [Secret.FromExactly("whsec_example")],
            Sent.AddYears(5),
            tolerance: null
        );

        Assert.Equal(reason, check.Reason);
    }

    [Fact]
    public void During_rotation_both_secrets_are_valid_and_the_index_is_returned()
    {
        Secret[] secrets = [Secret.FromExactly("new"), Secret.FromExactly("whsec_example"), Secret.FromExactly("old")];

        var check = WebhookSignature.Verify(BodyBytes, A, Timestamp, secrets, Sent, WebhookSignature.DefaultTolerance);

        Assert.Equal((SignatureReason.Valid, 1), (check.Reason, check.SecretIndex!.Value));
    }

    [Fact]
    public void Another_secret_or_none_matches_nothing()
    {
        foreach (var secrets in new Secret[][] { [], [Secret.FromExactly("whsec_Example")], [Secret.FromExactly("whsec_example ")] })
        {
            var check = WebhookSignature.Verify(BodyBytes, A, Timestamp, secrets, Sent, WebhookSignature.DefaultTolerance);

            Assert.Equal(SignatureReason.Mismatch, check.Reason);
            Assert.Null(check.SecretIndex);
            Assert.Null(check.BindsTimestamp);
        }
    }

    [Fact]
    public void Schemes_that_bind_the_timestamp_are_tried_first()
    {
        // One secret is the hash of the other, so scheme B with it and scheme A with the other produce the same signature.
        const string Hash = "7ea5eff04c598e380fed0b174cfc56a5194f471bc4543fa034ff19f7020f2084";
        Secret[] secrets = [Secret.FromExactly(Hash), Secret.FromExactly("whsec_example")];

        Assert.Equal(SignatureScheme.HashedSecret, Verify(A, secrets).Scheme);
        // Likewise C with the hash equals D with the other; C takes precedence.
        Assert.Equal(SignatureScheme.BodySecret, Verify(D, secrets).Scheme);

        static SignatureCheck Verify(string signature, Secret[] secrets) =>
            WebhookSignature.Verify(BodyBytes, signature, Timestamp, secrets, Sent, WebhookSignature.DefaultTolerance);
    }

    [Fact]
    public void A_body_need_not_be_text()
    {
        byte[] body = [0x00, 0xff, 0xfe, 0x80];
        var signature = System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes("whsec_example"), body);

        Assert.True(Verify(Convert.ToHexString(signature), body: body).IsValid);
    }

    [Fact]
    public void Signatures_are_compared_in_fixed_time_only()
    {
        var source = File.ReadAllText(Repository.PathTo("src", "PxxlPeriscope", "Webhooks", "Signatures", "WebhookSignature.cs"));

        Assert.Contains("Hashing.FixedTimeEquals(", source, StringComparison.Ordinal);
        Assert.DoesNotContain("SequenceEqual", source, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(claimed|Sign\([^;]*\))\s*(==|!=)|(==|!=)\s*(claimed|Sign\()|\.Equals\(\s*claimed|claimed\.Equals", source);
        Assert.Contains(
            "CryptographicOperations.FixedTimeEquals(left, right)",
            File.ReadAllText(Repository.PathTo("src", "PxxlPeriscope", "Compatibility", "Hashing.cs")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("00", "00", true)]
    [InlineData("00", "01", false)]
    [InlineData("00", "0000", false)]
    [InlineData("ff00", "ff00", true)]
    [InlineData("ff00", "fe00", false)]
    public void The_comparison_compares(string left, string right, bool equal) =>
        Assert.Equal(equal, Hashing.FixedTimeEquals(Convert.FromHexString(left), Convert.FromHexString(right)));

    private static SignatureCheck Verify(
        string? signature,
        string? timestamp = Timestamp,
        byte[]? body = null,
        DateTimeOffset? now = null,
        TimeSpan? tolerance = null,
        SignatureScheme scheme = SignatureScheme.Auto
    ) =>
        WebhookSignature.Verify(
            body ?? BodyBytes,
            signature,
            timestamp,
            [Secret.FromExactly("whsec_example")],
            now ?? Sent,
            tolerance ?? WebhookSignature.DefaultTolerance,
            scheme
        );
}
