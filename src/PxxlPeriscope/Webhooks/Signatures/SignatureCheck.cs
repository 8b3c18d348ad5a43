namespace PxxlPeriscope;

/// <summary>The outcome of verifying one webhook.</summary>
public sealed record SignatureCheck
{
    /// <summary>Whether the webhook is genuine and recent enough.</summary>
    public bool IsValid => Reason == SignatureReason.Valid;

    /// <summary>Why, or why not.</summary>
    public SignatureReason Reason { get; init; }

    /// <summary>The scheme that matched; null when none did. Pin it once it is known.</summary>
    public SignatureScheme? Scheme { get; init; }

    /// <summary>Which of the secrets matched, from 0; null when none did.</summary>
    public int? SecretIndex { get; init; }

    /// <summary>How old the timestamp is; negative for one in the future, null without one.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>
    /// Whether the signature covers the timestamp. Where it does not, anybody who has seen the request can repeat it with a new
    /// timestamp, and only remembering what was seen protects; null when none matched.
    /// </summary>
    public bool? BindsTimestamp => Scheme is null ? null : Scheme is SignatureScheme.HashedSecret or SignatureScheme.Secret;
}
