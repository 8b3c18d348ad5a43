using System.Text;
using System.Text.Json;
using PxxlPeriscope.Connections;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Http;

/// <summary>Converts an unsuccessful response to a <see cref="ServiceException"/>.</summary>
internal static class ErrorResponse
{
    private const int MaxTextLength = 300;

    internal static ServiceException ToException(
        ServiceConnection connection,
        HttpRequestMessage request,
        HttpResponseMessage response,
        byte[] body
    )
    {
        var (service, key) = (connection.Service, connection.ApiKey);
        var status = (int)response.StatusCode;
        var isHtml = IsHtml(response, body);
        using var json = isHtml ? null : TryParse(body);
        var root = json?.RootElement ?? default;
        // { error: { code, message } } contains the fields that other formats have at the root.
        var details = root.TryGetMember("error", out var nested) && nested.ValueKind == JsonValueKind.Object ? nested : root;
        var code = details.GetMember("code")?.AsText();
        var limit = details.GetMember("limit")?.AsNumber();
        var cause = GetCause(status, isHtml, limit is not null || details.TryGetMember("requiredPlan", out _));
        var text = isHtml || request.IsConfidential() ? null : FindMessage(root) ?? ReadPlainText(body, json is not null);
        var messageText = text is null ? string.Empty : " Service message: " + key.Redact(text, MaxTextLength).TrimEnd('.') + ".";

        // Different routes use different names for the same value.
        var used = details.GetMember("used", "current", "balance")?.AsNumber();
        var plan = details.GetMember("requiredPlan")?.AsText() is { } required ? key.Redact(required, 60) : null;
        var figures = cause is CallFailure.PlanLimit ? DescribeLimit(limit, used, plan) : string.Empty;
        return new ServiceException(
            service,
            cause,
            $"{Describe(service, cause, request)} (HTTP {status}{(code is null ? "" : ", " + key.Redact(code, 60))}).{figures}{messageText}"
        )
        {
            StatusCode = status,
            Code = code is null ? null : key.Redact(code, 60),
            Limit = limit,
            Used = used,
            RequiredPlan = plan,
            RequestId =
                ApiClient.GetRequestId(response, connection.Settings)
                ?? (details.GetMember("requestId")?.AsText() is { } id ? key.Redact(id, 80) : null),
            RetryAfter = GetRetryAfter(response, connection.Settings.TimeProvider.GetUtcNow()),
            Attempts = request.Attempts(),
        };
    }

    /// <summary>Reads the message in a response, unchanged; null for a web page or an empty response.</summary>
    internal static string? ReadMessage(HttpResponseMessage response, byte[] body)
    {
        if (IsHtml(response, body))
        {
            return null;
        }

        using var json = TryParse(body);
        return FindMessage(json?.RootElement ?? default) ?? ReadPlainText(body, json is not null);
    }

    /// <summary>Whether a response with a 2xx status reports a failure: <c>success: false</c> or <c>error: true</c>.</summary>
    internal static bool IsDenied(JsonElement root) =>
        root.GetMember("success")?.AsBoolean() == false
        || (root.TryGetMember("error", out var error) && error.ValueKind == JsonValueKind.True);

    internal static ServiceException ToDeniedException(ServiceName service, Secret key, JsonElement root, ApiResponse reply) =>
        new(
            service,
            CallFailure.RequestFailed,
            $"{service} returned HTTP {reply.StatusCode}, but reports that the request failed: "
                + (
                    reply.IsConfidential
                        ? "the message is not shown because it could contain a value"
                        : key.Redact(FindMessage(root) ?? "no reason was given", MaxTextLength)
                )
        )
        {
            StatusCode = reply.StatusCode,
            RequestId = reply.RequestId,
            Attempts = reply.Attempts,
        };

    /// <summary>
    /// Reads Retry-After in either format. A date is compared with the Date of the response, so that a wrong local clock does not matter.
    /// </summary>
    internal static TimeSpan? GetRetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var retryAfter = response.Headers.RetryAfter;
        var delay = retryAfter?.Delta ?? (retryAfter?.Date - (response.Headers.Date ?? now));
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
    }

    internal static bool IsHtml(HttpResponseMessage response, byte[] body) =>
        response.Content.Headers.ContentType?.MediaType?.IndexOf("html", StringComparison.OrdinalIgnoreCase) >= 0
        || Array.Find(body, b => b > ' ') == (byte)'<';

    private static CallFailure GetCause(int status, bool isHtml, bool namesLimit) =>
        status switch
        {
            401 => CallFailure.Unauthorized,
            402 => CallFailure.PlanLimit,
            403 => namesLimit ? CallFailure.PlanLimit : CallFailure.Forbidden,
            // The proxy in front of the API responds with HTML, the API never does: the proxy does not know the host or path.
            404 => isHtml ? CallFailure.WrongBaseUri : CallFailure.NotFound,
            408 => CallFailure.Timeout,
            409 => CallFailure.Conflict,
            429 => CallFailure.RateLimited,
            >= 300 and < 400 => CallFailure.RedirectRefused,
            >= 400 and < 500 => CallFailure.InvalidRequest,
            >= 500 => CallFailure.ServerError,
            _ => CallFailure.InvalidResponse,
        };

    private static string DescribeLimit(double? limit, double? used, string? plan) =>
        string.Concat(
            limit is null ? string.Empty
                : used is null ? FormattableString.Invariant($" The limit is {limit:0.##}.")
                : FormattableString.Invariant($" {used:0.##} of {limit:0.##} are used."),
            plan is null ? string.Empty : $" The plan {plan} permits it."
        );

    private static string Describe(ServiceName service, CallFailure cause, HttpRequestMessage request) =>
        cause switch
        {
            CallFailure.Unauthorized => $"{service} does not accept the API key",
            CallFailure.PlanLimit => $"{service} does not permit this on the current plan",
            CallFailure.Forbidden => $"{service} does not permit this for the API key",
            CallFailure.WrongBaseUri => $"There is no {service} API at this base URI",
            CallFailure.NotFound => $"{service} has no {request.Subject() ?? "such item"}, or this key and team"
                + $"{(request.RequestedTeam() is { } team ? $" '{team}'" : "")} have no access to it",
            CallFailure.Timeout => $"{service} timed out waiting for the request",
            CallFailure.Conflict => $"The current state at {service} does not permit this",
            CallFailure.RateLimited => $"The rate limit of {service} is exceeded",
            CallFailure.RedirectRefused => $"{service} redirects without a target",
            CallFailure.ServerError => $"{service} reported a server error",
            _ => $"{service} rejected the request",
        };

    /// <summary>Finds a message in the same order as the Pxxl clients.</summary>
    private static string? FindMessage(JsonElement root)
    {
        if ((root.GetMember("message") ?? root.GetMember("error"))?.AsText() is { } text)
        {
            return text;
        }

        if (root.TryGetMember("error", out var error) && error.GetMember("message")?.AsText() is { } inner)
        {
            return inner;
        }

        if (root.TryGetMember("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0)
        {
            var first = errors[0];
            return first.AsText() ?? first.GetMember("message")?.AsText();
        }

        return root.GetMember("detail", "title")?.AsText();
    }

    private static string? ReadPlainText(byte[] body, bool isJson) =>
        isJson || body.Length == 0 ? null : Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, MaxTextLength * 4));

    private static JsonDocument? TryParse(byte[] body)
    {
        try
        {
            return TolerantJson.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
