using System.Text;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks.Signatures;

/// <summary>
/// A signature over <c>timestamp.body</c> must not be valid as one over a body alone, or vice versa, whatever the digits are.
/// </summary>
public sealed class SignedBorderTests
{
    private const string Later = "1816723456";

    [Theory]
    [InlineData("1098765432")]
    [InlineData("1999999999")]
    [InlineData("9")]
    [InlineData("0")]
    [InlineData("1716723456789")]
    public void A_body_signed_with_a_timestamp_does_not_pass_with_another_one(string timestamp)
    {
        foreach (
            var (stamped, alone) in new[]
            {
                (SignatureScheme.Secret, SignatureScheme.BodySecret),
                (SignatureScheme.HashedSecret, SignatureScheme.BodyHashedSecret),
            }
        )
        {
            var body = Encoding.UTF8.GetBytes(SignedWebhook.Body());
            var signature = WebhookSignature.Create(body, timestamp, SignedWebhook.Secret, stamped);
            byte[] shifted = [.. Encoding.UTF8.GetBytes(timestamp + "."), .. body];

            Assert.Equal(SignatureReason.Valid, Check(body, signature, timestamp, SignatureScheme.Auto).Reason);
            Assert.Equal(SignatureReason.Mismatch, Check(shifted, signature, Later, SignatureScheme.Auto).Reason);
            Assert.Equal(SignatureReason.Mismatch, Check(shifted, signature, Later, alone).Reason);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("1234567890")]
    [InlineData(".")]
    [InlineData(".5")]
    [InlineData("a.b")]
    [InlineData("17a.{}")]
    public void A_body_that_does_not_start_like_a_timestamp_is_verified_alone(string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        foreach (var scheme in new[] { SignatureScheme.BodySecret, SignatureScheme.BodyHashedSecret })
        {
            var check = Check(body, WebhookSignature.Create(body, Later, SignedWebhook.Secret, scheme), Later, SignatureScheme.Auto);

            Assert.Equal((SignatureReason.Valid, scheme), (check.Reason, check.Scheme));
        }
    }

    private static SignatureCheck Check(byte[] body, string signature, string timestamp, SignatureScheme scheme) =>
        WebhookSignature.Verify(body, signature, timestamp, [SignedWebhook.Secret], DateTimeOffset.UnixEpoch, tolerance: null, scheme);
}
