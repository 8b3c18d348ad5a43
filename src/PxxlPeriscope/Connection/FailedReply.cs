using System.Text;
using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>The one place where an answer that is no success becomes a <see cref="ServiceException"/>.</summary>
internal static class FailedReply
{
    private const int LongestText = 300;

    internal static ServiceException Read(
        ServiceConnection connection, HttpRequestMessage request, HttpResponseMessage response, byte[] body)
    {
        var (service, key) = (connection.Service, connection.ApiKey);
        var status = (int)response.StatusCode;
        var isHtml = IsHtml(response, body);
        using var json = isHtml ? null : TryParse(body);
        var root = json?.RootElement ?? default;
        // { error: { code, message } } carries what the other shapes have at the root.
        var details = root.TryMember("error", out var nested) && nested.ValueKind == JsonValueKind.Object ? nested : root;
        var code = details.Member("code")?.Text();
        var limit = details.Member("limit")?.Number();
        var cause = Cause(status, isHtml, limit is not null || details.TryMember("requiredPlan", out _));
        var text = isHtml || request.IsConfidential() ? null : Message(root) ?? PlainText(body, json is not null);
        var said = text is null ? string.Empty : " It says: " + key.Show(text, LongestText).TrimEnd('.') + ".";

        // The two words are the same notion in different routes.
        var used = details.Member("used", "current", "balance")?.Number();
        var plan = details.Member("requiredPlan")?.Text() is { } required ? key.Show(required, 60) : null;
        var figures = cause == FailureCause.PlanLimit ? Figures(limit, used, plan) : string.Empty;
        return new ServiceException(service, cause, $"{Describe(service, cause, request)} (HTTP {status}{(code is null ? "" : ", " + key.Show(code, 60))}).{figures}{said}")
        {
            StatusCode = status,
            Code = code is null ? null : key.Show(code, 60),
            Limit = limit,
            Used = used,
            RequiredPlan = plan,
            RequestId = ServiceCaller.RequestId(response, connection.Settings) ?? (details.Member("requestId")?.Text() is { } id ? key.Show(id, 80) : null),
            RetryAfter = WaitAsked(response, connection.Settings.TimeProvider.GetUtcNow()),
            Attempts = request.Attempts(),
        };
    }

    /// <summary>What an answer says in words, whoever gave it; null for a web page or nothing. It is as the sender wrote it.</summary>
    internal static string? Words(HttpResponseMessage response, byte[] body)
    {
        if (IsHtml(response, body))
        {
            return null;
        }

        using var json = TryParse(body);
        return Message(json?.RootElement ?? default) ?? PlainText(body, json is not null);
    }

    /// <summary>A failure that came with a 2xx status: <c>success: false</c> or <c>error: true</c>.</summary>
    internal static bool IsDenied(JsonElement root) =>
        root.Member("success")?.Flag() == false || (root.TryMember("error", out var error) && error.ValueKind == JsonValueKind.True);

    internal static ServiceException Denied(ServiceName service, Secret key, JsonElement root, JsonReply reply) => new(
        service,
        FailureCause.RequestFailed,
        $"{service} answered HTTP {reply.StatusCode} and says that the request failed: "
            + (reply.IsConfidential ? "its words are not shown, since they could hold a value" : key.Show(Message(root) ?? "it gives no reason", LongestText)))
    {
        StatusCode = reply.StatusCode,
        RequestId = reply.RequestId,
        Attempts = reply.Attempts,
    };

    /// <summary>Retry-After in either form. A date counts from the answer's own Date, so that a wrong clock here undercuts nothing.</summary>
    internal static TimeSpan? WaitAsked(HttpResponseMessage response, DateTimeOffset now)
    {
        var asked = response.Headers.RetryAfter;
        var wait = asked?.Delta ?? (asked?.Date - (response.Headers.Date ?? now));
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    internal static bool IsHtml(HttpResponseMessage response, byte[] body) =>
        response.Content.Headers.ContentType?.MediaType?.IndexOf("html", StringComparison.OrdinalIgnoreCase) >= 0
        || Array.Find(body, b => b > ' ') == (byte)'<';

    private static FailureCause Cause(int status, bool isHtml, bool namesLimit) => status switch
    {
        401 => FailureCause.Unauthorized,
        402 => FailureCause.PlanLimit,
        403 => namesLimit ? FailureCause.PlanLimit : FailureCause.Forbidden,
        // The proxy before the API answers in HTML, the API never does: the proxy does not know the host or path at all.
        404 => isHtml ? FailureCause.WrongBaseUri : FailureCause.NotFound,
        408 => FailureCause.Timeout,
        409 => FailureCause.Conflict,
        429 => FailureCause.RateLimited,
        >= 300 and < 400 => FailureCause.RedirectRefused,
        >= 400 and < 500 => FailureCause.InvalidRequest,
        >= 500 => FailureCause.ServerError,
        _ => FailureCause.InvalidResponse,
    };

    private static string Figures(double? limit, double? used, string? plan) => string.Concat(
        limit is null ? string.Empty
        : used is null ? FormattableString.Invariant($" The limit is {limit:0.##}.")
        : FormattableString.Invariant($" {used:0.##} of {limit:0.##} are used."),
        plan is null ? string.Empty : $" The plan {plan} allows it.");

    private static string Describe(ServiceName service, FailureCause cause, HttpRequestMessage request) => cause switch
    {
        FailureCause.Unauthorized => $"{service} does not accept the API key",
        FailureCause.PlanLimit => $"{service} refuses this on the present plan",
        FailureCause.Forbidden => $"{service} does not allow this for the API key",
        FailureCause.WrongBaseUri => $"Nothing of {service} answers at this base URI",
        FailureCause.NotFound => $"{service} has no {request.Subject() ?? "such thing"}, or not for this key and team{(request.AskedTeam() is { } team ? $" '{team}'" : "")}",
        FailureCause.Timeout => $"{service} gave up waiting for the request",
        FailureCause.Conflict => $"The present state at {service} does not allow this",
        FailureCause.RateLimited => $"{service} asks for fewer requests",
        FailureCause.RedirectRefused => $"{service} redirects without saying where to",
        FailureCause.ServerError => $"{service} has a fault of its own",
        _ => $"{service} does not accept the request",
    };

    /// <summary>The order in which Pxxl's own clients look for a text.</summary>
    private static string? Message(JsonElement root)
    {
        if ((root.Member("message") ?? root.Member("error"))?.Text() is { } text)
        {
            return text;
        }

        if (root.TryMember("error", out var error) && error.Member("message")?.Text() is { } inner)
        {
            return inner;
        }

        if (root.TryMember("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0)
        {
            var first = errors[0];
            return first.Text() ?? first.Member("message")?.Text();
        }

        return root.Member("detail", "title")?.Text();
    }

    private static string? PlainText(byte[] body, bool isJson) =>
        isJson || body.Length == 0 ? null : Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, LongestText * 4));

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
