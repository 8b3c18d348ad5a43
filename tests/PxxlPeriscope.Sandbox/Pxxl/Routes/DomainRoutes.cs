using System.Buffers;
using System.Text.Json;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sandbox.Pxxl.Responses;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Routes;

/// <summary>Domains: one per project. The list is not paged, as the SDKs expect.</summary>
internal sealed class DomainRoutes(PxxlService pxxl)
{
    private static readonly ListResponse Responses = new("domains", PagingStyle.TotalOnly);

    public async Task ListAsync(HttpContext context)
    {
        if (await pxxl.ReadTeamAsync(context) is not (true, var teamId))
            return;
        var shape = pxxl.Shape;
        var projects = WithDomain(teamId);
        await Responses.WriteAsync(
            context,
            shape,
            new(1, projects.Count + 1),
            projects.Count,
            projects.Select(project =>
                shape.Domains == DomainFormat.Strings
                    ? JsonSerializer.SerializeToUtf8Bytes(project.Domain)
                    : Write(json => WriteFields(json, project))
            )
        );
    }

    public Task GetAsync(HttpContext context)
    {
        var wanted = PxxlService.RouteValue(context, "id");
        if (WithDomain(null).FirstOrDefault(project => IdOf(project) == wanted || project.Domain == wanted) is not { } project)
            return PxxlService.NotFoundAsync(context, "Domain");
        // The official tests contain both formats: the domain itself, and its id beside domain{name}.
        return JsonResponse.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
                json.WriteRawValue(
                    Write(item => WriteOne(item, project, pxxl.Shape.Spelling == Spelling.Alternative)).Span,
                    skipInputValidation: true
                )
        );
    }

    private IReadOnlyList<SandboxProject> WithDomain(string? teamId) =>
        [.. pxxl.Data.ProjectsOf(teamId).Where(project => project.Domain is not null)];

    private static string IdOf(SandboxProject project) => "dom_" + project.Id[(project.Id.IndexOf('_') + 1)..];

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, JsonResponse.Options))
            write(json);
        return buffer.WrittenMemory;
    }

    private static void WriteOne(Utf8JsonWriter json, SandboxProject project, bool nested)
    {
        if (!nested)
        {
            WriteFields(json, project);
            return;
        }

        json.WriteStartObject();
        json.WriteString("id", IdOf(project));
        json.WriteStartObject("domain");
        json.WriteString("name", project.Domain);
        json.WriteString("status", "active");
        json.WriteString("projectId", project.Id);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, SandboxProject project)
    {
        var fields = new JsonFields(json, numbersAsStrings: false);
        json.WriteStartObject();
        fields.Text("id", IdOf(project));
        fields.Text("name", project.Domain);
        fields.Text("status", project.Status == "active" ? "active" : "pending_dns");
        fields.Text("type", "subdomain");
        json.WriteString("projectId", project.Id);
        fields.Time("createdAt", project.CreatedAt);
        json.WriteEndObject();
    }
}
