namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>The kinds of faults.</summary>
public enum FaultKind
{
    /// <summary>429 with <c>Retry-After</c> in seconds.</summary>
    TooManyRequestsSeconds,

    /// <summary>429 with <c>Retry-After</c> as an HTTP date of the sandbox clock.</summary>
    TooManyRequestsDate,

    /// <summary>429 without <c>Retry-After</c>.</summary>
    TooManyRequestsBare,

    /// <summary>500 with an HTML page of the edge proxy, like all faults of this group.</summary>
    ServerError500,

    BadGateway502,

    Unavailable503,

    GatewayTimeout504,

    /// <summary>503 with <c>Retry-After</c> in seconds.</summary>
    Unavailable503RetryAfter,

    /// <summary>404 with an HTML page of the edge proxy, as from a base address that is no longer in service.</summary>
    RouteNotRegistered404,

    /// <summary>The connection ends before any byte is sent.</summary>
    ResetBeforeResponse,

    /// <summary>The connection ends after the headers and half of the body.</summary>
    ResetInBody,

    /// <summary>The service processes the request, and the connection ends before the response is sent.</summary>
    ResetAfterStored,

    /// <summary>Nothing is sent until the client disconnects.</summary>
    StallBeforeHeaders,

    /// <summary>Headers and half of the body are sent, then nothing until the client disconnects.</summary>
    StallInBody,

    /// <summary>The request is held until <see cref="FaultPlan.Clear"/> and then processed normally.</summary>
    HeldUntilCleared,

    /// <summary>A complete HTTP response whose JSON is cut in half.</summary>
    TruncatedJson,

    /// <summary>A complete HTTP response with a JSON content type and a body that is not JSON.</summary>
    MalformedJson,

    /// <summary>200 with a web page.</summary>
    HtmlOk,

    /// <summary>200 without a body.</summary>
    EmptyOk,

    /// <summary>200 with the rows under an unknown property name.</summary>
    UnknownEnvelope,

    /// <summary>302 to another host name, or to <see cref="Fault.Location"/>.</summary>
    RedirectOtherHost,

    /// <summary>302 to the same address, or to <see cref="Fault.Location"/>.</summary>
    RedirectSameHost,

    /// <summary>200 with a JSON list that continues up to <see cref="Fault.BodyBytes"/>.</summary>
    HugeBody,

    /// <summary>200 with <c>{"success":false,"message":…}</c>.</summary>
    JsonErrorIn200,

    /// <summary>403 for a plan limit: <c>{code, message, limit, used, requestId}</c>.</summary>
    PlanLimit403,

    /// <summary>403 for a key without the required scope or, at Periscope, for another organization.</summary>
    Unauthorized401,
    Forbidden403,

    /// <summary>404 as for a resource of another team.</summary>
    WrongTeam404,
}
