using System.Text.Json;

namespace PxxlPeriscope.Sandbox;

/// <summary>Build and run-time logs. "Live" is one JSON answer that is asked for again and again; Pxxl publishes no stream.</summary>
internal sealed class LogRoutes(PxxlService pxxl)
{
    public Task OfBuildAsync(HttpContext context)
    {
        if (Find(context) is not { } stored)
            return PxxlService.NotFoundAsync(context, "Deployment");
        var now = pxxl.Clock.UtcNow;
        var lines = LogWindow.Read(context.Request, now).Of(BuildLog.Of(stored, now));
        return JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("deploymentId", stored.Id);
            json.WriteString("status", stored.At(now).Status);
            WriteLines(json, lines);
            json.WriteEndObject();
        });
    }

    public Task OfDeploymentAsync(HttpContext context)
    {
        if (Find(context) is not { } stored)
            return PxxlService.NotFoundAsync(context, "Deployment");
        var now = pxxl.Clock.UtcNow;
        return WriteRuntimeAsync(context, LogWindow.Read(context.Request, now).Of(RuntimeLog.Of(stored, now)));
    }

    public Task OfProjectAsync(HttpContext context) => OfProjectAsync(context, "lines");

    public Task LiveOfProjectAsync(HttpContext context) => OfProjectAsync(context, "tail");

    private Task OfProjectAsync(HttpContext context, string linesName)
    {
        if (pxxl.Data.FindProject(PxxlService.RouteValue(context, "id")) is not { } project)
            return PxxlService.NotFoundAsync(context, "Project");
        var now = pxxl.Clock.UtcNow;
        var serving = pxxl.Data.Table.OfProject(project.Id).FirstOrDefault(row => row.Deployment.SettledAt <= now)?.Deployment;
        var lines = serving is null ? [] : RuntimeLog.Of(serving, now);
        return WriteRuntimeAsync(context, LogWindow.Read(context.Request, now, linesName).Of(lines));
    }

    private Task WriteRuntimeAsync(HttpContext context, IReadOnlyList<LogLine> lines) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("success", true);
            WriteLines(json, lines);
            json.WriteEndObject();
        });

    private SandboxDeployment? Find(HttpContext context) =>
        pxxl.Data.Table.Find(PxxlService.RouteValue(context, "id"))?.Deployment;

    private void WriteLines(Utf8JsonWriter json, IReadOnlyList<LogLine> lines)
    {
        if (pxxl.Shape.Logs == LogForm.Text)
        {
            json.WriteString("logs", string.Join('\n', lines.Select(line => line.Text)));
            return;
        }

        json.WriteStartArray("logs");
        foreach (var line in lines)
        {
            if (pxxl.Shape.Logs == LogForm.Strings)
                json.WriteStringValue(line.Text);
            else
                WriteLine(json, line);
        }

        json.WriteEndArray();
    }

    private static void WriteLine(Utf8JsonWriter json, LogLine line)
    {
        var fields = new JsonFields(json, numbersAsStrings: false);
        json.WriteStartObject();
        fields.Text("phase", line.Phase);
        fields.Text(line.Phase is null ? "content" : "message", line.Text);
        fields.Time("timestamp", line.Time);
        fields.Text("type", line.Level);
        json.WriteEndObject();
    }
}
