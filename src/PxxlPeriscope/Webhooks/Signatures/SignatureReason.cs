namespace PxxlPeriscope;

/// <summary>The reason why a signature is valid or not.</summary>
public enum SignatureReason
{
    /// <summary>The signature is genuine and recent enough.</summary>
    Valid,

    /// <summary>There is no signature.</summary>
    SignatureMissing,

    /// <summary>The signature is neither hexadecimal nor base64 of a SHA-256.</summary>
    SignatureMalformed,

    /// <summary>There is no timestamp.</summary>
    TimestampMissing,

    /// <summary>The timestamp is not a number of seconds or milliseconds since 1970.</summary>
    TimestampMalformed,

    /// <summary>The signature was made with another secret, or the content was changed.</summary>
    Mismatch,

    /// <summary>A header occurs several times with different values, so it is not known which one is meant.</summary>
    HeaderAmbiguous,

    /// <summary>The signature is genuine, but was already accepted.</summary>
    Replayed,

    /// <summary>The signature is genuine, but older than the tolerance.</summary>
    TooOld,

    /// <summary>The signature is genuine, but further in the future than the tolerance.</summary>
    TooNew,
}
