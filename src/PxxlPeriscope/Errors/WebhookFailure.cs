namespace PxxlPeriscope;

/// <summary>The reason why a webhook was not accepted.</summary>
public enum WebhookFailure
{
    /// <summary>A webhook whose signature is not valid.</summary>
    SignatureInvalid,

    /// <summary>A genuine webhook whose timestamp is too old or in the future.</summary>
    SignatureExpired,

    /// <summary>A genuine webhook that was already accepted.</summary>
    WebhookReplayed,

    /// <summary>A message that is not a Pxxl webhook.</summary>
    WebhookMalformed,

    /// <summary>The file of the replay guard cannot be read or written.</summary>
    ReplayGuardUnusable,
}
