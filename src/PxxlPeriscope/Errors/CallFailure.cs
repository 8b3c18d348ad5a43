namespace PxxlPeriscope;

/// <summary>The cause of a call that failed or was not made.</summary>
public enum CallFailure
{
    /// <summary>No key is configured.</summary>
    NotConnected,

    /// <summary>The base URI is malformed, or would send a key unencrypted to another machine.</summary>
    InvalidBaseUri,

    /// <summary>An id that cannot be used in a route because it would address another one.</summary>
    InvalidId,

    /// <summary>A path outside the API or on another host.</summary>
    InvalidPath,

    /// <summary>A name that several items share.</summary>
    AmbiguousName,

    /// <summary>401: the key is missing, wrong or expired.</summary>
    Unauthorized,

    /// <summary>403: the key does not permit this.</summary>
    Forbidden,

    /// <summary>402, or 403 with a limit: the plan does not permit this.</summary>
    PlanLimit,

    /// <summary>404 in JSON: the item does not exist, or the key or team has no access to it.</summary>
    NotFound,

    /// <summary>The host does not exist, or responds with HTML instead of JSON: the API is no longer at this base URI.</summary>
    WrongBaseUri,

    /// <summary>400, 413, 415 or 422: the service does not accept the request.</summary>
    InvalidRequest,

    /// <summary>409: the current state does not permit this.</summary>
    Conflict,

    /// <summary>429, and the retries are exhausted or the requested wait is too long.</summary>
    RateLimited,

    /// <summary>5xx.</summary>
    ServerError,

    /// <summary>No response within the time limit.</summary>
    Timeout,

    /// <summary>The connection could not be made, or was broken.</summary>
    Unreachable,

    /// <summary>A redirect that would send the key to another host.</summary>
    RedirectRefused,

    /// <summary>A response in an unknown format.</summary>
    InvalidResponse,

    /// <summary>A 2xx response that contains <c>success: false</c> or <c>error: true</c>.</summary>
    RequestFailed,

    /// <summary>A report that Periscope rejects or would reject.</summary>
    InvalidReport,

    /// <summary>A report that would return a finished deployment to an unfinished status.</summary>
    StatusOutOfOrder,

    /// <summary>A chat or another receiver did not accept a notification.</summary>
    NotificationFailed,
}
