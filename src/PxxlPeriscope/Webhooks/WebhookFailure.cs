namespace PxxlPeriscope;

/// <summary>The errors of webhooks that yield no event.</summary>
internal static class WebhookFailure
{
    /// <summary>The error for a check that failed; null for a valid one.</summary>
    internal static ServiceException? From(SignatureCheck check) => check.Reason switch
    {
        SignatureReason.Valid => null,
        SignatureReason.TooOld => Make(FailureCause.SignatureExpired, $"The webhook is genuine, but {Age(check.Age)} old."),
        SignatureReason.TooNew => Make(FailureCause.SignatureExpired, $"The webhook is genuine, but its timestamp lies {Age(check.Age)} in the future."),
        SignatureReason.Replayed => Make(FailureCause.WebhookReplayed, "The webhook is genuine, but was accepted before."),
        SignatureReason.HeaderAmbiguous => Make(FailureCause.WebhookMalformed, "A header of the webhook came several times with different values."),
        _ => Make(FailureCause.SignatureInvalid, $"The webhook's signature does not hold: {check.Reason}."),
    };

    internal static ServiceException Malformed(FormatException problem) => Make(FailureCause.WebhookMalformed, $"This is no webhook of Pxxl. {problem.Message}");

    internal static ServiceException GuardUnusable(IOException problem) =>
        Make(FailureCause.ReplayGuardUnusable, $"The replay guard cannot be used, so nothing is accepted. {problem.Message}");

    private static ServiceException Make(FailureCause cause, string message) => new(ServiceName.Pxxl, cause, message);

    private static string Age(TimeSpan? age) => age is { } given ? $"{given.Duration().TotalSeconds:0} s" : "of unknown age";
}
