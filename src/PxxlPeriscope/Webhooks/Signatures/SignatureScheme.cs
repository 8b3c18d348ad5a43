namespace PxxlPeriscope;

/// <summary>
/// The ways in which Pxxl may sign a webhook. Only the first is documented exactly (for OAuth apps); the description in the dashboard fits
/// any of them. (docs/facts/pxxl-api.md, "Webhooks".)
/// </summary>
public enum SignatureScheme
{
    /// <summary>Tries the schemes that bind the timestamp first, then the others.</summary>
    Auto,

    /// <summary>A: HMAC of <c>timestamp.body</c>. The key is the hexadecimal text of the SHA-256 of the secret.</summary>
    HashedSecret,

    /// <summary>B: HMAC of <c>timestamp.body</c>. The key is the secret.</summary>
    Secret,

    /// <summary>C: HMAC of the body only. The key is the secret. It does not bind the timestamp.</summary>
    BodySecret,

    /// <summary>
    /// D: HMAC of the body only. The key is the hexadecimal text of the SHA-256 of the secret. It does not bind the timestamp.
    /// </summary>
    BodyHashedSecret,
}
