namespace PxxlPeriscope;

/// <summary>
/// The ways in which Pxxl may sign a webhook. Only the first is documented exactly (for OAuth apps); the dashboard's is described
/// in words that fit any of them. (docs/facts/pxxl-api.md, "Webhooks".)
/// </summary>
public enum SignatureScheme
{
    /// <summary>Try those that bind the timestamp first, then the others.</summary>
    Auto,

    /// <summary>A: HMAC of <c>timestamp.body</c>, the key being the hexadecimal text of the secret's SHA-256.</summary>
    HashedSecret,

    /// <summary>B: HMAC of <c>timestamp.body</c> with the secret.</summary>
    Secret,

    /// <summary>C: HMAC of the body alone with the secret. It does not bind the timestamp.</summary>
    BodySecret,

    /// <summary>D: HMAC of the body alone, the key being the hexadecimal text of the secret's SHA-256. It does not bind the timestamp.</summary>
    BodyHashedSecret,
}
