using System.Buffers;
using System.Text.Json;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sandbox.Pxxl.Responses;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Routes;

/// <summary>
/// The names of the environment variables of a project. Pxxl documents that it never sends values; a response shape adds them.
/// </summary>
internal sealed class VariableRoutes(PxxlService pxxl)
{
    private static readonly ListResponse Envs = new("envs", PagingStyle.None);
    private static readonly ListResponse Variables = new("variables", PagingStyle.None);

    public Task OwnAsync(HttpContext context) => WriteAsync(context, isGlobal: false);

    public Task GlobalAsync(HttpContext context) => WriteAsync(context, isGlobal: true);

    private Task WriteAsync(HttpContext context, bool isGlobal)
    {
        if (pxxl.Data.FindProject(PxxlService.RouteValue(context, "id")) is not { } project)
            return PxxlService.NotFoundAsync(context, "Project");
        var shape = pxxl.Shape;
        var variables = pxxl.Data.VariablesOf(project.Id, isGlobal);
        // The CLI looks for both names; which of them the service uses is not documented.
        var answer = shape.Spelling == Spelling.Official ? Envs : Variables;
        return answer.WriteAsync(
            context,
            shape with
            {
                Paging = PagingStyle.Documented,
            },
            new(1, variables.Count + 1),
            variables.Count,
            variables.Select(variable => Row(variable, shape))
        );
    }

    private static ReadOnlyMemory<byte> Row(SandboxVariable variable, ResponseShape shape)
    {
        var (key, secret, scope) = shape.Spelling switch
        {
            Spelling.Alternative => ("name", "secret", "environment"),
            Spelling.Snake => ("key", "is_secret", "environment"),
            _ => ("key", "isSecret", "scope"),
        };
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, JsonResponse.Options))
        {
            var fields = new JsonFields(json, numbersAsStrings: false);
            json.WriteStartObject();
            fields.Text(key, variable.Key);
            fields.Text("value", shape.VariableValues ? variable.Value : null);
            json.WriteBoolean(secret, variable.IsSecret);
            fields.Text(scope, variable.Scope);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
