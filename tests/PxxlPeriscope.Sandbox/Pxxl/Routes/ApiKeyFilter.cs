using PxxlPeriscope.Sandbox.Pxxl.Responses;

namespace PxxlPeriscope.Sandbox.Pxxl.Routes;

/// <summary>Rejects requests without the right key.</summary>
internal sealed class ApiKeyFilter(string key)
{
    private readonly string _expected = "Bearer " + key;

    // Error bodies have their text in "message" or in "error". The Pxxl SDKs support both, so both are used here.
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
