namespace PxxlPeriscope.Webhooks;

/// <summary>The errors of webhooks that do not result in an event.</summary>
internal static class WebhookErrors
{
    /// <summary>Returns the error for a failed check; null for a valid one.</summary>
    internal static ServiceException? From(SignatureCheck check) =>
        check.Reason switch
        {
            SignatureReason.Valid => null,
            SignatureReason.TooOld => Create(WebhookFailure.SignatureExpired, $"The webhook is genuine, but {FormatAge(check.Age)} old."),
            SignatureReason.TooNew => Create(
                WebhookFailure.SignatureExpired,
                $"The webhook is genuine, but its timestamp is {FormatAge(check.Age)} in the future."
            ),
            SignatureReason.Replayed => Create(WebhookFailure.WebhookReplayed, "The webhook is genuine, but it was already accepted."),
            SignatureReason.HeaderAmbiguous => Create(
                WebhookFailure.WebhookMalformed,
                "A header of the webhook occurs several times with different values."
            ),
            _ => Create(WebhookFailure.SignatureInvalid, $"The signature of the webhook is not valid: {check.Reason}."),
        };

    internal static ServiceException Malformed(FormatException problem) =>
        Create(WebhookFailure.WebhookMalformed, $"This is not a Pxxl webhook. {problem.Message}");

    internal static ServiceException GuardUnusable(IOException problem) =>
        Create(WebhookFailure.ReplayGuardUnusable, $"The replay guard cannot be used, so nothing is accepted. {problem.Message}");

    private static ServiceException Create(WebhookFailure cause, string message) => new(ServiceName.Pxxl, cause, message);

    private static string FormatAge(TimeSpan? age) => age is { } value ? $"{value.Duration().TotalSeconds:0} s" : "of unknown age";
}
