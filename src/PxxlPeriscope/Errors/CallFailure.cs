namespace PxxlPeriscope;

/// <summary>Why a call to a service did not succeed, or was not made.</summary>
public enum CallFailure
{
    /// <summary>No key was given in any of the ways there are.</summary>
    NotConnected,

    /// <summary>The base URI is malformed, or would send a key unencrypted to another machine.</summary>
    InvalidBaseUri,

    /// <summary>An id that no route can carry: it would name another route.</summary>
    InvalidId,

    /// <summary>A path that leads out of the API, or to another host.</summary>
    InvalidPath,

    /// <summary>A name that several things have.</summary>
    AmbiguousName,

    /// <summary>401: the key is missing, wrong or expired.</summary>
    Unauthorized,

    /// <summary>403: the key may not do this.</summary>
    Forbidden,

    /// <summary>402, or 403 with a limit: the plan does not allow it.</summary>
    PlanLimit,

    /// <summary>404 in JSON: it does not exist, or not for this key and team.</summary>
    NotFound,

    /// <summary>The host does not exist, or answers in HTML what the API answers in JSON: the base URI is gone.</summary>
    WrongBaseUri,

    /// <summary>400, 413, 415 or 422: the service does not accept what was sent.</summary>
    InvalidRequest,

    /// <summary>409: the state of the thing does not allow it.</summary>
    Conflict,

    /// <summary>429, and waiting was used up or would have been too long.</summary>
    RateLimited,

    /// <summary>5xx.</summary>
    ServerError,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>No connection, or it broke.</summary>
    Unreachable,

    /// <summary>A redirect that would carry the key to another host.</summary>
    RedirectRefused,

    /// <summary>An answer that is not what the service is known to answer.</summary>
    InvalidResponse,

    /// <summary>A 2xx answer that says <c>success: false</c> or <c>error: true</c>.</summary>
    RequestFailed,

    /// <summary>A report that breaks the rules of Periscope.</summary>
    InvalidReport,

    /// <summary>A report that would put a finished deployment back to an unfinished status.</summary>
    StatusOutOfOrder,

    /// <summary>A chat, or whatever else was to be told of something at Pxxl, did not take it.</summary>
    NotificationFailed,
}
