namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>What goes wrong with a request.</summary>
public enum FaultKind
{
    /// <summary>429 with <c>Retry-After</c> in seconds.</summary>
    TooManyRequestsSeconds,

    /// <summary>429 with <c>Retry-After</c> as an HTTP date of the sandbox clock.</summary>
    TooManyRequestsDate,

    /// <summary>429 without <c>Retry-After</c>.</summary>
    TooManyRequestsBare,

    /// <summary>500 with the edge's HTML page, as all of this group.</summary>
    ServerError500,

    BadGateway502,

    Unavailable503,

    GatewayTimeout504,

    /// <summary>503 with <c>Retry-After</c> in seconds.</summary>
    Unavailable503RetryAfter,

    /// <summary>The edge's HTML 404 of a base address that has been switched off.</summary>
    RouteNotRegistered404,

    /// <summary>The connection ends before a byte is sent.</summary>
    ResetBeforeResponse,

    /// <summary>The connection ends after the headers and half of the body.</summary>
    ResetInBody,

    /// <summary>The service does what it was asked and the connection ends before it says so.</summary>
    ResetAfterStored,

    /// <summary>Nothing is sent until the client goes away.</summary>
    StallBeforeHeaders,

    /// <summary>Headers and half of the body are sent, then nothing until the client goes away.</summary>
    StallInBody,

    /// <summary>Nothing happens until <see cref="FaultPlan.Clear"/>; then the request goes on as if nothing had been.</summary>
    HeldUntilCleared,

    /// <summary>A complete HTTP answer whose JSON is cut in half.</summary>
    TruncatedJson,

    /// <summary>A complete HTTP answer that is not JSON but says so.</summary>
    MalformedJson,

    /// <summary>200 with a web page.</summary>
    HtmlOk,

    /// <summary>200 with no body.</summary>
    EmptyOk,

    /// <summary>200 with rows under a name that nobody knows.</summary>
    UnknownEnvelope,

    /// <summary>302 to another host name, or to <see cref="Fault.Location"/>.</summary>
    RedirectOtherHost,

    /// <summary>302 to the same address, or to <see cref="Fault.Location"/>.</summary>
    RedirectSameHost,

    /// <summary>200 with a JSON list that does not end before <see cref="Fault.BodyBytes"/>.</summary>
    HugeBody,

    /// <summary>200 with <c>{"success":false,"message":…}</c>.</summary>
    JsonErrorIn200,

    /// <summary>403 of a plan limit: <c>{code, message, limit, used, requestId}</c>.</summary>
    PlanLimit403,

    /// <summary>403 of a key without the scope, or at Periscope of another organization.</summary>
    Unauthorized401,
    Forbidden403,

    /// <summary>404 as for a thing of another team.</summary>
    WrongTeam404,
}
