using System.Globalization;
using System.Text;
using PxxlPeriscope.Compatibility;

namespace PxxlPeriscope.Webhooks.Signatures;

/// <summary>Verifies the signature of a Pxxl webhook.</summary>
public static class WebhookSignature
{
    private const int Sha256Bytes = 32;
    private const int Sha256HexLength = Sha256Bytes * 2;
    private const long MaxUnixSeconds = 253402300799;

    /// <summary>Applies in both directions, because clocks can be fast or slow.</summary>
    public static readonly TimeSpan DefaultTolerance = TimeSpan.FromMinutes(5);

    // Schemes that bind the timestamp come first, because they prove more.
    private static readonly SignatureScheme[] SchemesByPrecedence =
    [
        SignatureScheme.HashedSecret,
        SignatureScheme.Secret,
        SignatureScheme.BodySecret,
        SignatureScheme.BodyHashedSecret,
    ];

    /// <summary>Verifies a signature. The signature is compared in constant time, and the age is checked only after that.</summary>
    /// <param name="body">The body exactly as received.</param>
    /// <param name="signature">The header value: hexadecimal in either case or base64, with or without <c>sha256=</c> or
    /// <c>v1=</c>.</param>
    /// <param name="timestamp">The header value: Unix seconds or milliseconds.</param>
    /// <param name="secrets">The signing secret, or several during rotation.</param>
    /// <param name="now">The current time.</param>
    /// <param name="tolerance">The maximum age in either direction; null to ignore the age.</param>
    /// <param name="scheme">The scheme, if known.</param>
    public static SignatureCheck Verify(
        byte[] body,
        string? signature,
        string? timestamp,
        IReadOnlyList<Secret> secrets,
        DateTimeOffset now,
        TimeSpan? tolerance,
        SignatureScheme scheme = SignatureScheme.Auto
    )
    {
        if (string.IsNullOrWhiteSpace(signature))
        {
            return new SignatureCheck { Reason = SignatureReason.SignatureMissing };
        }

        if (Decode(signature!.Trim()) is not { } claimed)
        {
            return new SignatureCheck { Reason = SignatureReason.SignatureMalformed };
        }

        var written = timestamp?.Trim() ?? string.Empty;
        var age = now - ParseTimestamp(written);
        if (age is null && tolerance is not null)
        {
            return new SignatureCheck
            {
                Reason = written.Length == 0 ? SignatureReason.TimestampMissing : SignatureReason.TimestampMalformed,
            };
        }

        var (matched, secretIndex) = Match(body, claimed, written, secrets, scheme);
        return new SignatureCheck
        {
            Scheme = matched,
            SecretIndex = secretIndex,
            Age = age,
            Reason =
                matched is null ? SignatureReason.Mismatch
                : tolerance is null ? SignatureReason.Valid
                : age > tolerance ? SignatureReason.TooOld
                : -age > tolerance ? SignatureReason.TooNew
                : SignatureReason.Valid,
        };
    }

    /// <summary>Creates the signature of a body: lowercase hexadecimal without a prefix, like Pxxl's.</summary>
    /// <param name="body">The body.</param>
    /// <param name="timestamp">Unix seconds, as sent in the header.</param>
    /// <param name="secret">The signing secret.</param>
    /// <param name="scheme">Any scheme except Auto.</param>
    public static string Create(byte[] body, string timestamp, Secret secret, SignatureScheme scheme) =>
        Hashing.ToLowerHex(Sign(scheme, secret, body, WithTimestamp(timestamp, body)));

    private static byte[] WithTimestamp(string timestamp, byte[] body) => [.. Encoding.UTF8.GetBytes(timestamp), (byte)'.', .. body];

    private static (SignatureScheme? Scheme, int? SecretIndex) Match(
        byte[] body,
        byte[] claimed,
        string timestamp,
        IReadOnlyList<Secret> secrets,
        SignatureScheme scheme
    )
    {
        var stamped = WithTimestamp(timestamp, body);
        foreach (var candidate in scheme == SignatureScheme.Auto ? SchemesByPrecedence : [scheme])
        {
            if (!IsPossible(candidate, body, timestamp))
            {
                continue;
            }

            for (var i = 0; i < secrets.Count; i++)
            {
                if (Hashing.FixedTimeEquals(Sign(candidate, secrets[i], body, stamped), claimed))
                {
                    return (candidate, i);
                }
            }
        }

        return (null, null);
    }

    /// <summary>
    /// A signed <c>timestamp.body</c> must not pass as the body of a scheme without a timestamp, nor with a different separator position: a
    /// timestamp consists of digits only, and a JSON body does not start with digits and a dot.
    /// </summary>
    private static bool IsPossible(SignatureScheme scheme, byte[] body, string timestamp)
    {
        if (scheme is SignatureScheme.HashedSecret or SignatureScheme.Secret)
        {
            return ParseTimestamp(timestamp) is not null;
        }

        var digits = 0;
        while (digits < body.Length && body[digits] is >= (byte)'0' and <= (byte)'9')
        {
            digits++;
        }

        return digits == 0 || digits == body.Length || body[digits] != (byte)'.';
    }

    private static byte[] Sign(SignatureScheme scheme, Secret secret, byte[] body, byte[] stamped)
    {
        var key = Encoding.UTF8.GetBytes(secret.Reveal());
        if (scheme is SignatureScheme.HashedSecret or SignatureScheme.BodyHashedSecret)
        {
            // The key is the text of the hash, not its bytes. (docs/facts/pxxl-api.md, "Webhooks".)
            key = Encoding.ASCII.GetBytes(Hashing.ToLowerHex(Hashing.Sha256(key)));
        }

        return Hashing.HmacSha256(key, scheme is SignatureScheme.HashedSecret or SignatureScheme.Secret ? stamped : body);
    }

    /// <summary>Decodes the 32 bytes of a header value; null if it is not valid.</summary>
    internal static byte[]? Decode(string signature)
    {
        foreach (var prefix in new[] { "sha256=", "v1=" })
        {
            if (signature.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                signature = signature.Substring(prefix.Length);
                break;
            }
        }

        if (signature.Length == Sha256HexLength)
        {
            return Hashing.FromHex(signature);
        }

        try
        {
            return Convert.FromBase64String(signature) is { Length: Sha256Bytes } bytes ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    internal static DateTimeOffset? ParseTimestamp(string timestamp) =>
        !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? null
        : number <= MaxUnixSeconds / 10 ? DateTimeOffset.FromUnixTimeSeconds(number)
        : number <= MaxUnixSeconds * 100 ? DateTimeOffset.FromUnixTimeMilliseconds(number)
        : null;
}
