using System.Text.Json;
using System.Text.Json.Nodes;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sandbox.Pxxl.Responses;

namespace PxxlPeriscope.Sandbox.Pxxl.Routes;

/// <summary>Starts a deployment of a project. Responds when it is queued; the clock moves it through its states.</summary>
internal sealed class RedeployRoute(PxxlService pxxl)
{
    private static readonly ReleaseTimeline Timeline = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(30));

    public async Task PostAsync(HttpContext context)
    {
        if (pxxl.Data.FindProject(PxxlService.RouteValue(context, "id")) is not { } project)
        {
            await PxxlService.NotFoundAsync(context, "Project");
            return;
        }

        JsonObject? body;
        try
        {
            body = await ReadBodyAsync(context.Request);
        }
        catch (JsonException)
        {
            await JsonResponse.WriteAsync(context, StatusCodes.Status400BadRequest, "message", "Request body is not valid JSON");
            return;
        }

        var deployment = Queue(project, body);
        pxxl.Data.Add(deployment);
        await JsonResponse.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("success", true);
                json.WriteString("projectId", project.Id);
                json.WriteString("deploymentId", deployment.Id);
                json.WriteString("status", "queued");
                json.WriteEndObject();
            }
        );
    }

    private static async Task<JsonObject?> ReadBodyAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        return string.IsNullOrWhiteSpace(body) ? null : JsonNode.Parse(body) as JsonObject;
    }

    private SandboxDeployment Queue(SandboxProject project, JsonObject? body)
    {
        var latest = pxxl.Data.Table.OfProject(project.Id) is [var newest, ..] ? newest.Deployment : null;
        var now = pxxl.Clock.UtcNow;
        return new()
        {
            Id = pxxl.NewDeploymentId(),
            ProjectId = project.Id,
            ProjectName = project.Name,
            Domain = project.Domain,
            Branch = project.GithubBranch,
            CommitSha = Text(body, "commitSha") ?? latest?.CommitSha,
            CommitMessage = Text(body, "commitMessage") ?? latest?.CommitMessage,
            CreatedAt = now,
            Status = "deployed",
            BuildStatus = "completed",
            BuildSeconds = Timeline.Building.TotalSeconds,
            ArtifactBytes = latest?.ArtifactBytes,
            FinishedAt = now + Timeline.Total,
            TriggeredBy = "api",
            Timeline = Timeline,
        };
    }

    private static string? Text(JsonObject? body, string name) =>
        body?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
