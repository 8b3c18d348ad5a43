using System.Text.Json;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sandbox.Pxxl.Responses;
using PxxlPeriscope.Sandbox.Pxxl.Routes;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Logs;

/// <summary>Build and runtime logs. A "live" log is one JSON response that clients poll; Pxxl does not document a stream.</summary>
internal sealed class LogRoutes(PxxlService pxxl)
{
    public Task OfBuildAsync(HttpContext context)
    {
        if (Find(context) is not { } stored)
            return PxxlService.NotFoundAsync(context, "Deployment");
        var now = pxxl.Clock.UtcNow;
        var all = pxxl.Data.Logs.Of(stored.Id, isBuild: true, now) ?? BuildLog.Of(stored, now);
        return WriteAsync(
            context,
            "buildLogs",
            Shown(LogWindow.Read(context.Request, now), all),
            json =>
            {
                json.WriteString("deploymentId", stored.Id);
                json.WriteString("status", stored.At(now).Status);
            }
        );
    }

    public Task OfDeploymentAsync(HttpContext context)
    {
        if (Find(context) is not { } stored)
            return PxxlService.NotFoundAsync(context, "Deployment");
        var now = pxxl.Clock.UtcNow;
        return WriteRuntimeAsync(context, Shown(LogWindow.Read(context.Request, now), Running(stored, now)));
    }

    public Task OfProjectAsync(HttpContext context) => OfProjectAsync(context, "lines");

    public Task LiveOfProjectAsync(HttpContext context) => OfProjectAsync(context, "tail");

    private Task OfProjectAsync(HttpContext context, string linesName)
    {
        if (pxxl.Data.FindProject(PxxlService.RouteValue(context, "id")) is not { } project)
            return PxxlService.NotFoundAsync(context, "Project");
        var now = pxxl.Clock.UtcNow;
        var serving = pxxl.Data.Table.OfProject(project.Id).FirstOrDefault(row => row.Deployment.SettledAt <= now)?.Deployment;
        var lines = serving is null ? [] : Running(serving, now);
        return WriteRuntimeAsync(context, Shown(LogWindow.Read(context.Request, now, linesName), lines));
    }

    private IEnumerable<LogLine> Running(SandboxDeployment deployment, DateTimeOffset now) =>
        pxxl.Data.Logs.Of(deployment.Id, isBuild: false, now) ?? RuntimeLog.Of(deployment, now);

    private IReadOnlyList<LogLine> Shown(LogWindow window, IEnumerable<LogLine> all)
    {
        var selected = window.Of(all.SelectMany(line => Enumerable.Repeat(line, pxxl.Shape.LogRepeats)));
        return pxxl.Shape.LogWindowLines is { } maxLines ? [.. selected.TakeLast(maxLines)] : selected;
    }

    private Task WriteRuntimeAsync(HttpContext context, IReadOnlyList<LogLine> lines) =>
        WriteAsync(context, "logs", lines, json => json.WriteBoolean("success", true));

    // The CLI looks for the lines in "logs", "buildLogs", "data" and the root.
    private Task WriteAsync(HttpContext context, string otherName, IReadOnlyList<LogLine> lines, Action<Utf8JsonWriter> writeRest) =>
        JsonResponse.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                var envelope = pxxl.Shape.ListEnvelope;
                if (envelope == ListEnvelope.Array)
                {
                    WriteLines(json, lines);
                    return;
                }

                json.WriteStartObject();
                writeRest(json);
                if (envelope != ListEnvelope.Noun)
                    json.WritePropertyName("data");
                if (envelope == ListEnvelope.DataNoun)
                    json.WriteStartObject();
                if (envelope != ListEnvelope.Data)
                    json.WritePropertyName(pxxl.Shape.Spelling == Spelling.Alternative ? otherName : "logs");
                WriteLines(json, lines);
                if (envelope == ListEnvelope.DataNoun)
                    json.WriteEndObject();
                json.WriteEndObject();
            }
        );

    private SandboxDeployment? Find(HttpContext context) => pxxl.Data.Table.Find(PxxlService.RouteValue(context, "id"))?.Deployment;

    private void WriteLines(Utf8JsonWriter json, IReadOnlyList<LogLine> lines)
    {
        if (pxxl.Shape.Logs == LogFormat.Text)
        {
            json.WriteStringValue(string.Join('\n', lines.Select(line => line.Text)));
            return;
        }

        json.WriteStartArray();
        foreach (var line in lines)
        {
            if (pxxl.Shape.Logs == LogFormat.Strings)
                json.WriteStringValue(line.Text);
            else
                WriteLine(json, line);
        }

        json.WriteEndArray();
    }

    private void WriteLine(Utf8JsonWriter json, LogLine line)
    {
        var (text, time, level) = pxxl.Shape.Spelling switch
        {
            Spelling.Snake => ("line", "time", "level"),
            Spelling.Alternative => ("log", "createdAt", "level"),
            _ => (line.Phase is null ? "content" : "message", "timestamp", "type"),
        };
        var fields = new JsonFields(json, numbersAsStrings: false);
        json.WriteStartObject();
        fields.Text("phase", line.Phase);
        fields.Text(text, line.Text);
        fields.Time(time, line.Time);
        fields.Text(level, line.Level);
        json.WriteEndObject();
    }
}
