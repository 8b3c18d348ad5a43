namespace PxxlPeriscope;

/// <summary>Why a signature holds or not.</summary>
public enum SignatureReason
{
    /// <summary>It is genuine and recent enough.</summary>
    Valid,

    /// <summary>There is none.</summary>
    SignatureMissing,

    /// <summary>It is neither hexadecimal nor base64 of a SHA-256.</summary>
    SignatureMalformed,

    /// <summary>There is no timestamp.</summary>
    TimestampMissing,

    /// <summary>It is not a number of seconds or milliseconds since 1970.</summary>
    TimestampMalformed,

    /// <summary>It was made with another secret, or something was changed.</summary>
    Mismatch,

    /// <summary>A header came several times with different values, so that nobody can say which is meant.</summary>
    HeaderAmbiguous,

    /// <summary>It is genuine, and was accepted before.</summary>
    Replayed,

    /// <summary>It is genuine, and older than the tolerance.</summary>
    TooOld,

    /// <summary>It is genuine, and further in the future than the tolerance.</summary>
    TooNew,
}
