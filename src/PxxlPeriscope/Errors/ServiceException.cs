namespace PxxlPeriscope;

/// <summary>A failed call to Pxxl or Periscope, with all details that the service returned, but without the key and the body.</summary>
public sealed class ServiceException : Exception
{
    internal ServiceException(ServiceName service, FailureCause cause, string message, Exception? inner = null)
        : base(message, inner)
    {
        Service = service;
        Cause = cause;
    }

    /// <summary>The service that was called or was to be called.</summary>
    public ServiceName Service { get; }

    /// <summary>The cause of the failure.</summary>
    public FailureCause Cause { get; }

    /// <summary>The stable error ID, such as <c>PxxlUnauthorized</c>.</summary>
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

    /// <summary>The ID of the request at the service, for use with its support.</summary>
    public string? RequestId { get; init; }

    /// <summary>The wait that the service requests.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The number of attempts.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether every further call would fail in the same way, so that the rest of a pipeline is not processed.</summary>
    public bool IsFatal =>
        Cause
            is FailureCause.NotConnected
                or FailureCause.Unauthorized
                or FailureCause.InvalidBaseUri
                or FailureCause.WrongBaseUri
                or FailureCause.RedirectRefused
                or FailureCause.StateUnusable
                or FailureCause.StateTooNew;

    /// <summary>
    /// Whether waiting cannot resolve the failure. A wrong base URI and a redirect can be temporary: the edge responds with HTML while it
    /// has no route to the API, and a network that requires a login redirects everything.
    /// </summary>
    internal bool IsPermanent => IsFatal && Cause is not (FailureCause.WrongBaseUri or FailureCause.RedirectRefused);

    /// <summary>
    /// Whether the failure may resolve itself if the service has responded before. This includes a wrong base URI: without a network the
    /// host cannot be resolved, and the edge responds with HTML while it has no route to the API. (docs/facts/pxxl-api.md.)
    /// </summary>
    internal bool IsTransient =>
        Cause
            is FailureCause.RateLimited
                or FailureCause.ServerError
                or FailureCause.Timeout
                or FailureCause.Unreachable
                or FailureCause.WrongBaseUri
                or FailureCause.InvalidResponse
                or FailureCause.RequestFailed;

    /// <summary>Whether the service rejected this report (400, 403), so that sending it again unchanged would fail again.</summary>
    internal bool IsReportRejected => Cause is FailureCause.InvalidReport or FailureCause.Forbidden or FailureCause.PlanLimit;

    /// <summary>Returns the same failure for an item that was not sent because of it.</summary>
    internal ServiceException ToNotAttempted() =>
        Attempts == 0
            ? this
            : new(Service, Cause, $"Not attempted because of an earlier failure: {Message}", this)
            {
                StatusCode = StatusCode,
                Code = Code,
                RequestId = RequestId,
                RetryAfter = RetryAfter,
            };
}
