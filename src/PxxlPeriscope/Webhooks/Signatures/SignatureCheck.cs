namespace PxxlPeriscope;

/// <summary>The result of verifying a webhook.</summary>
public sealed record SignatureCheck
{
    /// <summary>Whether the webhook is genuine and recent enough.</summary>
    public bool IsValid => Reason == SignatureReason.Valid;

    /// <summary>The reason for the result.</summary>
    public SignatureReason Reason { get; init; }

    /// <summary>The scheme that matched; null if none did. Specify it explicitly once it is known.</summary>
    public SignatureScheme? Scheme { get; init; }

    /// <summary>The index of the secret that matched, starting at 0; null if none did.</summary>
    public int? SecretIndex { get; init; }

    /// <summary>The age of the timestamp; negative if it is in the future, null if there is none.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>
    /// Whether the signature covers the timestamp. If not, anybody who has seen the request can repeat it with a new timestamp, and only a
    /// replay guard protects against that. Null if no scheme matched.
    /// </summary>
    public bool? BindsTimestamp => Scheme is null ? null : Scheme is SignatureScheme.HashedSecret or SignatureScheme.Secret;
}
