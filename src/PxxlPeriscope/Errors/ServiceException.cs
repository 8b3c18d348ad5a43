namespace PxxlPeriscope;

/// <summary>A failed call to Pxxl or Periscope, with all details that the service returned, but without the key and the body.</summary>
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

    /// <summary>The service that was called or was to be called.</summary>
    public ServiceName Service { get; }

    /// <summary>
    /// The cause of the failure: a <see cref="CallFailure"/>, <see cref="WebhookFailure"/>, <see cref="StateFailure"/> or
    /// <see cref="WaitFailure"/>. Prefixed with the name of the service it is the stable error id.
    /// </summary>
    public Enum Cause { get; }

    /// <summary>The stable error id, such as <c>PxxlUnauthorized</c>.</summary>
    public string ErrorId => $"{Service}{Cause}";

    /// <summary>The HTTP status; null if there was no response.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The error code of the service, such as <c>DOMAIN_LIMIT_EXCEEDED</c>.</summary>
    public string? Code { get; init; }

    /// <summary>The limit that was reached.</summary>
    public double? Limit { get; init; }

    /// <summary>The amount of <see cref="Limit"/> that is used.</summary>
    public double? Used { get; init; }

    /// <summary>The plan that permits the request.</summary>
    public string? RequiredPlan { get; init; }

    /// <summary>The id of the request at the service, for use with its support.</summary>
    public string? RequestId { get; init; }

    /// <summary>The wait that the service requests.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The number of attempts.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether every further call would fail in the same way, so that the rest of a pipeline is not processed.</summary>
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
    /// Whether waiting cannot resolve the failure. A wrong base URI and a redirect can be temporary: the edge responds with HTML while it
    /// has no route to the API, and a network that requires a login redirects everything.
    /// </summary>
    internal bool IsPermanent => IsFatal && Cause is not (CallFailure.WrongBaseUri or CallFailure.RedirectRefused);

    /// <summary>
    /// Whether the failure may resolve itself if the service has responded before. This includes a wrong base URI: without a network the
    /// host cannot be resolved, and the edge responds with HTML while it has no route to the API. (docs/facts/pxxl-api.md.)
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

    /// <summary>Whether the service rejected this report (400, 403), so that sending it again unchanged would fail again.</summary>
    internal bool IsReportRejected => Cause is CallFailure.InvalidReport or CallFailure.Forbidden or CallFailure.PlanLimit;

    /// <summary>Returns the same failure for a call that was not made because of it.</summary>
    internal ServiceException ToNotAttempted() =>
        Attempts == 0 ? this : WithMessage($"Not attempted because of an earlier failure: {Message}", attempts: 0);

    /// <summary>Returns the same failure with another message.</summary>
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
