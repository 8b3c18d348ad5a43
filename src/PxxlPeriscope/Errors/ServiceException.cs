namespace PxxlPeriscope;

/// <summary>A call to Pxxl or Periscope that did not succeed, with everything the service said about it but no key and no body.</summary>
public sealed class ServiceException : Exception
{
    internal ServiceException(ServiceName service, CallFailure cause, string message, Exception? inner = null)
        : this(service, (Enum)cause, message, inner) { }

    internal ServiceException(ServiceName service, WebhookFailure cause, string message, Exception? inner = null)
        : this(service, (Enum)cause, message, inner) { }

    internal ServiceException(ServiceName service, StateFailure cause, string message, Exception? inner = null)
        : this(service, (Enum)cause, message, inner) { }

    internal ServiceException(ServiceName service, WaitFailure cause, string message, Exception? inner = null)
        : this(service, (Enum)cause, message, inner) { }

    private ServiceException(ServiceName service, Enum cause, string message, Exception? inner)
        : base(message, inner)
    {
        Service = service;
        Cause = cause;
    }

    /// <summary>The service that was called, or was to be.</summary>
    public ServiceName Service { get; }

    /// <summary>
    /// Why it failed: a <see cref="CallFailure"/>, <see cref="WebhookFailure"/>, <see cref="StateFailure"/> or <see cref="WaitFailure"/>. With
    /// the service's name before it, it is the stable error id.
    /// </summary>
    public Enum Cause { get; }

    /// <summary>The stable error id, such as <c>PxxlUnauthorized</c>.</summary>
    public string ErrorId => $"{Service}{Cause}";

    /// <summary>HTTP status, where there was an answer.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The service's own code, such as <c>DOMAIN_LIMIT_EXCEEDED</c>.</summary>
    public string? Code { get; init; }

    /// <summary>The limit that was reached.</summary>
    public double? Limit { get; init; }

    /// <summary>How much of <see cref="Limit"/> is used.</summary>
    public double? Used { get; init; }

    /// <summary>The plan that would allow it.</summary>
    public string? RequiredPlan { get; init; }

    /// <summary>The request's id at the service; support asks for it.</summary>
    public string? RequestId { get; init; }

    /// <summary>How long the service asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How often the request was sent.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether every further call would fail the same way, so that the rest of a pipeline is not tried.</summary>
    public bool IsFatal =>
        Cause
            is CallFailure.NotConnected
                or CallFailure.Unauthorized
                or CallFailure.InvalidBaseUri
                or CallFailure.WrongBaseUri
                or CallFailure.RedirectRefused
                or StateFailure.StateUnusable
                or StateFailure.StateTooNew;

    /// <summary>
    /// Whether it stays as it is however long one waits. A wrong base URI and a redirect do not: the edge answers in HTML while it has no
    /// route to the API, and a network that wants a login first redirects everything.
    /// </summary>
    internal bool IsPermanent => IsFatal && Cause is not (CallFailure.WrongBaseUri or CallFailure.RedirectRefused);

    /// <summary>
    /// Whether it may pass by itself, once the service has answered before. A wrong base URI is among it: a network that is away cannot
    /// resolve the host either, and the edge answers in HTML while it has no route to the API. (docs/facts/pxxl-api.md.)
    /// </summary>
    internal bool IsTransient =>
        Cause
            is CallFailure.RateLimited
                or CallFailure.ServerError
                or CallFailure.Timeout
                or CallFailure.Unreachable
                or CallFailure.WrongBaseUri
                or CallFailure.InvalidResponse
                or CallFailure.RequestFailed;

    /// <summary>Whether the service was asked and does not want this report (400, 403): as it is, it will never be taken.</summary>
    internal bool IsReportRejected => Cause is CallFailure.InvalidReport or CallFailure.Forbidden or CallFailure.PlanLimit;

    /// <summary>The same failure for a call that was not made because of it.</summary>
    internal ServiceException ToNotAttempted() =>
        Attempts == 0 ? this : WithMessage($"It was not tried, since others before it failed: {Message}", attempts: 0);

    /// <summary>The same failure, described in another way.</summary>
    internal ServiceException WithMessage(string message, int attempts) =>
        new(Service, Cause, message, this)
        {
            StatusCode = StatusCode,
            Code = Code,
            RequestId = RequestId,
            RetryAfter = RetryAfter,
            Attempts = attempts,
        };
}
