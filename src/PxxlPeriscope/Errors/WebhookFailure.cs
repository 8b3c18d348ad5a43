namespace PxxlPeriscope;

/// <summary>Why a webhook was not accepted.</summary>
public enum WebhookFailure
{
    /// <summary>A webhook whose signature does not hold.</summary>
    SignatureInvalid,

    /// <summary>A genuine webhook that is too old, or from the future.</summary>
    SignatureExpired,

    /// <summary>A genuine webhook that was accepted before.</summary>
    WebhookReplayed,

    /// <summary>Something that is no webhook of Pxxl.</summary>
    WebhookMalformed,

    /// <summary>The file that remembers webhooks cannot be read or written.</summary>
    ReplayGuardUnusable,
}
