using PxxlPeriscope.Sandbox.Pxxl.Responses;

namespace PxxlPeriscope.Sandbox.Pxxl.Routes;

/// <summary>Lets only requests with the right key through to a route.</summary>
internal sealed class ApiKeyFilter(string key)
{
    private readonly string _expected = "Bearer " + key;

    // Error bodies carry their text in "message" or in "error"; the SDKs of Pxxl know both, so both occur here.
    private static readonly string[] PathsThatSayError = ["/api/v3/cli/usage", "/api/v3/cli/stats", "/api/v3/teams"];

    public RequestDelegate Protect(RequestDelegate route) =>
        context =>
        {
            string? authorization = context.Request.Headers.Authorization;
            return authorization == _expected ? route(context) : RefuseAsync(context, authorization);
        };

    private static Task RefuseAsync(HttpContext context, string? authorization) =>
        JsonResponse.WriteAsync(
            context,
            StatusCodes.Status401Unauthorized,
            PathsThatSayError.Contains(context.Request.Path.Value) ? "error" : "message",
            string.IsNullOrEmpty(authorization) ? "API key is missing" : "API key is invalid or has expired"
        );
}
