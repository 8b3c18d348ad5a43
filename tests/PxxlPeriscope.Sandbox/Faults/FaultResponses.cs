using System.Text;
using PxxlPeriscope.Sandbox.Control;
using PxxlPeriscope.Sandbox.Pxxl.Responses;

namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>The faults that are complete HTTP responses, by kind.</summary>
internal static class FaultResponses
{
    private const string SignInPage = "<!doctype html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>";

    private static readonly Dictionary<FaultKind, Func<HttpContext, Fault, Task>> ByKind = new()
    {
        [FaultKind.ServerError500] = (context, _) => EdgePage.WriteAsync(context, 500, "internal_error"),
        [FaultKind.BadGateway502] = (context, _) => EdgePage.WriteAsync(context, 502, "upstream_tcp_unreachable"),
        [FaultKind.Unavailable503] = (context, _) => EdgePage.WriteAsync(context, 503, "all_upstreams_unhealthy"),
        [FaultKind.GatewayTimeout504] = (context, _) => EdgePage.WriteAsync(context, 504, "upstream_timeout"),
        [FaultKind.RouteNotRegistered404] = (context, _) => EdgePage.WriteAsync(context, 404, "route_not_registered"),
        [FaultKind.MalformedJson] = (context, _) => JsonAsync(context, """{"deployments":[{"id":"dep_1",}],total:1}"""),
        [FaultKind.HtmlOk] = (context, _) => WriteAsync(context, "text/html; charset=utf-8", SignInPage),
        [FaultKind.EmptyOk] = (context, _) => JsonAsync(context, ""),
        [FaultKind.UnknownEnvelope] = (context, _) => JsonAsync(context, """{"rows":[{"id":"dep_1"}],"count":1}"""),
        [FaultKind.RedirectOtherHost] = (context, fault) => RedirectAsync(context, fault, OtherName(context.Request.Host.Host)),
        [FaultKind.RedirectSameHost] = (context, fault) => RedirectAsync(context, fault, context.Request.Host.Host),
        [FaultKind.JsonErrorIn200] = (context, _) =>
            JsonAsync(context, """{"success":false,"message":"The request could not be completed"}"""),
        [FaultKind.PlanLimit403] = (context, _) => PlanLimitAsync(context),
        [FaultKind.Forbidden403] = (context, _) =>
            RequestLog.ServiceOf(context.Request) == Service.Pxxl
                ? JsonResponse.WriteAsync(context, 403, "message", "API key does not have the required scope")
                : JsonResponse.WriteAsync(context, 403, "error", "Organization slug does not match API key"),
        [FaultKind.Unauthorized401] = (context, _) => JsonResponse.WriteAsync(context, 401, "message", "Invalid or expired API key"),
        [FaultKind.WrongTeam404] = (context, _) => JsonResponse.WriteAsync(context, 404, "message", "Not found in the selected scope"),
    };

    public static Func<HttpContext, Fault, Task>? Find(FaultKind kind) => ByKind.GetValueOrDefault(kind);

    private static Task PlanLimitAsync(HttpContext context) =>
        JsonResponse.WriteAsync(
            context,
            403,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("code", "PROJECT_LIMIT_EXCEEDED");
                json.WriteString("message", "Your plan's project limit is reached");
                json.WriteNumber("limit", 3);
                json.WriteNumber("used", 3);
                json.WriteString("requestId", RequestId.Of(context));
                json.WriteEndObject();
            }
        );

    private static Task JsonAsync(HttpContext context, string body) => WriteAsync(context, JsonResponse.ContentType, body);

    private static Task WriteAsync(HttpContext context, string contentType, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    // The same machine under another name, which a client must treat as another host.
    private static string OtherName(string host) => host == "localhost" ? "127.0.0.1" : "localhost";

    private static Task RedirectAsync(HttpContext context, Fault fault, string host)
    {
        var request = context.Request;
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location =
            fault.Location?.AbsoluteUri
            ?? $"http://{host}:{context.Connection.LocalPort}{request.Path.ToUriComponent()}{request.QueryString.ToUriComponent()}";
        return Task.CompletedTask;
    }
}
