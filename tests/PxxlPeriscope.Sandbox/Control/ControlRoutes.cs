using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PxxlPeriscope.Sandbox.Faults;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sandbox.Pxxl.Responses;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Control;

/// <summary>
/// The control API for other processes, under <c>/_sandbox</c>. It requires no key: the sandbox listens on loopback only.
/// </summary>
internal sealed class ControlRoutes(SandboxHost sandbox)
{
    private const string Prefix = "/_sandbox";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static bool Covers(HttpRequest request) => request.Path.StartsWithSegments(Prefix);

    public void Map(IEndpointRouteBuilder routes)
    {
        var control = routes.MapGroup(Prefix);
        control.MapGet("/requests", context => WriteAsync(context, new { sandbox.RetriedTooEarly, sandbox.Requests }));
        control.MapDelete("/requests", Do(sandbox.ClearRequests));
        control.MapGet(
            "/reports",
            context => WriteAsync(context, new { Reports = sandbox.Reports.ByDeploymentId.Values, sandbox.Reports.Attempts })
        );
        control.MapDelete("/reports", Do(sandbox.Reports.Clear));
        control.MapGet("/notifications", context => WriteAsync(context, sandbox.Notifications.All));
        control.MapGet("/faults", context => WriteAsync(context, sandbox.Faults.Faults));
        control.MapPost("/faults", Read<Fault>(sandbox.Faults.Add));
        control.MapDelete("/faults", Do(sandbox.Faults.Clear));
        control.MapGet("/shape", context => WriteAsync(context, sandbox.Shape));
        control.MapPut("/shape", Read<ResponseShape>(shape => sandbox.Shape = shape));
        control.MapGet("/clock", context => WriteAsync(context, new { sandbox.Clock.UtcNow, sandbox.Clock.Started }));
        control.MapPost("/clock", Read<ClockAdvance>(advance => sandbox.Clock.Advance(TimeSpan.FromSeconds(advance.AdvanceSeconds))));
        control.MapGet("/deployments", context => WriteAsync(context, sandbox.Data.Deployments.Select(deployment => deployment.Id)));
        control.MapPost("/projects", Read<SandboxProject>(sandbox.Data.AddProject));
        control.MapPost("/deployments", Read<SandboxDeployment>(Put));
        control.MapPost("/variables", Read<SandboxVariable>(sandbox.Data.AddVariable));
        control.MapPost("/logs", Read<SandboxLogLine>(sandbox.Data.Logs.Add));
        control.MapDelete("/logs", Do(sandbox.Data.Logs.Clear));
        control.MapPost("/reset", Do(Reset));
    }

    private void Put(SandboxDeployment deployment)
    {
        if (sandbox.Data.FindDeployment(deployment.Id) is null)
            sandbox.Data.Add(deployment);
        else
            sandbox.Data.Update(deployment);
    }

    private void Reset()
    {
        sandbox.Faults.Clear();
        sandbox.ClearRequests();
        sandbox.Reports.Clear();
        sandbox.Notifications.Clear();
        sandbox.Data.Logs.Clear();
        sandbox.Shape = new();
    }

    private static RequestDelegate Do(Action action) =>
        context =>
        {
            action();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        };

    private static RequestDelegate Read<T>(Action<T> action) =>
        async context =>
        {
            try
            {
                action(
                    await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Json, context.RequestAborted)
                        ?? throw new JsonException("Expected a JSON object.")
                );
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
            catch (Exception exception) when (exception is JsonException or ArgumentException)
            {
                await JsonResponse.WriteAsync(context, StatusCodes.Status400BadRequest, "error", exception.Message);
            }
        };

    private static Task WriteAsync<T>(HttpContext context, T value) =>
        context.Response.WriteAsJsonAsync(value, Json, context.RequestAborted);

    private sealed record ClockAdvance(double AdvanceSeconds);
}
