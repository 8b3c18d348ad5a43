namespace PxxlPeriscope.Webhooks;

/// <summary>The errors of webhooks that yield no event.</summary>
internal static class WebhookErrors
{
    /// <summary>The error for a check that failed; null for a valid one.</summary>
    internal static ServiceException? From(SignatureCheck check) =>
        check.Reason switch
        {
            SignatureReason.Valid => null,
            SignatureReason.TooOld => Create(WebhookFailure.SignatureExpired, $"The webhook is genuine, but {FormatAge(check.Age)} old."),
            SignatureReason.TooNew => Create(
                WebhookFailure.SignatureExpired,
                $"The webhook is genuine, but its timestamp lies {FormatAge(check.Age)} in the future."
            ),
            SignatureReason.Replayed => Create(WebhookFailure.WebhookReplayed, "The webhook is genuine, but was accepted before."),
            SignatureReason.HeaderAmbiguous => Create(
                WebhookFailure.WebhookMalformed,
                "A header of the webhook came several times with different values."
            ),
            _ => Create(WebhookFailure.SignatureInvalid, $"The webhook's signature does not hold: {check.Reason}."),
        };

    internal static ServiceException Malformed(FormatException problem) =>
        Create(WebhookFailure.WebhookMalformed, $"This is no webhook of Pxxl. {problem.Message}");

    internal static ServiceException GuardUnusable(IOException problem) =>
        Create(WebhookFailure.ReplayGuardUnusable, $"The replay guard cannot be used, so nothing is accepted. {problem.Message}");

    private static ServiceException Create(WebhookFailure cause, string message) => new(ServiceName.Pxxl, cause, message);

    private static string FormatAge(TimeSpan? age) => age is { } value ? $"{value.Duration().TotalSeconds:0} s" : "of unknown age";
}
