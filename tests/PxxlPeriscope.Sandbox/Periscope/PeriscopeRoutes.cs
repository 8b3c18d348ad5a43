using System.Text.Json;
using System.Text.Json.Nodes;
using PxxlPeriscope.Sandbox.Pxxl.Responses;

namespace PxxlPeriscope.Sandbox.Periscope;

/// <summary>The complete HTTP API of Periscope: one POST endpoint.</summary>
internal sealed class PeriscopeRoutes(ReceivedReports reports, SandboxClock clock, string key)
{
    public const string Path = "/api/webhooks/deployments";

    /// <summary>The organization of the key. Any other <c>organizationSlug</c> is rejected.</summary>
    public const string Organization = "sandbox-org";

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, PostAsync);

    private async Task PostAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var decision = Decide(context.Request, body);
        reports.Log(
            new()
            {
                ArrivedAt = clock.UtcNow,
                Body = body,
                Status = decision.Status,
                Outcome = decision.Outcome,
                DeploymentId = decision.Stored?.DeploymentId,
            }
        );
        await WriteResponseAsync(context, decision);
    }

    private Decision Decide(HttpRequest request, string body)
    {
        if (request.Headers.Authorization != "Bearer " + key)
            return new(StatusCodes.Status401Unauthorized, "Invalid or missing API key");
        if (!request.HasJsonContentType())
            return new(StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type");
        if (Parse(body) is not { } report)
            return new(StatusCodes.Status400BadRequest, "Invalid payload: body must be a JSON object");
        if (ReportRules.FirstProblem(report) is { } problem)
            return new(StatusCodes.Status400BadRequest, $"Invalid payload: {problem}");
        if (ReportRules.Text(report, "organizationSlug") is { } slug && slug != Organization)
            return new(StatusCodes.Status403Forbidden, "Organization slug does not match API key");
        var (stored, created) = reports.Store(ReportRules.Text(report, "deploymentId")!, ReportRules.Text(report, "status")!, report);
        return created ? new(StatusCodes.Status201Created, "created", stored) : new(StatusCodes.Status200OK, "updated", stored);
    }

    private static JsonObject? Parse(string body)
    {
        try
        {
            // A duplicate property name is detected only when the object is read, so it is read here.
            var report = JsonNode.Parse(body) as JsonObject;
            _ = report?.Count;
            return report;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static Task WriteResponseAsync(HttpContext context, Decision decision) =>
        decision switch
        {
            { Stored: { } stored } => JsonResponse.WriteAsync(
                context,
                decision.Status,
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("action", decision.Outcome);
                    json.WriteNumber("deploymentId", stored.RecordId);
                    json.WriteNumber("linkedPRs", LinkedPullRequests.Count(stored.Payload));
                    json.WriteEndObject();
                }
            ),
            // Not documented. A proxy in front of a service typically sends such errors as plain text.
            { Status: StatusCodes.Status415UnsupportedMediaType } => WritePlainTextAsync(context, decision),
            _ => JsonResponse.WriteAsync(context, decision.Status, "error", decision.Outcome),
        };

    private static Task WritePlainTextAsync(HttpContext context, Decision decision)
    {
        context.Response.StatusCode = decision.Status;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(decision.Outcome, context.RequestAborted);
    }

    private sealed record Decision(int Status, string Outcome, ReceivedReport? Stored = null);
}
