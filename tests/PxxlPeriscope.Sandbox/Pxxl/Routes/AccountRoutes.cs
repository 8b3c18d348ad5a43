using System.Text.Json;
using PxxlPeriscope.Sandbox.Pxxl.Responses;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Routes;

/// <summary>The owner of the key.</summary>
internal sealed class AccountRoutes(PxxlService pxxl)
{
    public Task WhoAmIAsync(HttpContext context) =>
        JsonResponse.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("success", true);
                json.WriteStartObject("user");
                json.WriteString("id", "user_sandboxada0000000001");
                json.WriteString("email", "ada@harbour-labs.example");
                json.WriteString("name", "Ada Harbour");
                json.WriteEndObject();
                json.WriteString("authMethod", "api_key");
                WriteKey(json);
                json.WriteNull("teamId");
                json.WriteEndObject();
            }
        );

    public Task TeamsAsync(HttpContext context) =>
        JsonResponse.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("teams");
                WriteTeam(json);
                json.WriteEndArray();
                json.WriteNumber("total", 1);
                json.WriteEndObject();
            }
        );

    public Task TeamAsync(HttpContext context) =>
        PxxlService.RouteValue(context, "id") != pxxl.Data.TeamId
            ? PxxlService.NotFoundAsync(context, "Team")
            : JsonResponse.WriteAsync(
                context,
                StatusCodes.Status200OK,
                json =>
                {
                    json.WriteStartObject();
                    json.WriteBoolean("success", true);
                    json.WritePropertyName("team");
                    WriteTeam(json);
                    json.WriteEndObject();
                }
            );

    // totalDatabases is omitted on purpose: the sample contains it, but nothing says that it is always present.
    private void WriteTeam(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", pxxl.Data.TeamId);
        json.WriteString("name", "Harbour Labs");
        json.WriteString("description", "The sandbox's only team");
        json.WriteNull("avatarUrl");
        json.WriteString("ownerId", "user_sandboxada0000000001");
        json.WriteString("status", "active");
        json.WriteString("myRole", "owner");
        json.WriteNumber("totalMembers", 3);
        json.WriteNumber("totalProjects", pxxl.Data.ProjectsOf(pxxl.Data.TeamId).Count);
        json.WriteNumber("totalDomains", pxxl.Data.ProjectsOf(pxxl.Data.TeamId).Count(project => project.Domain is not null));
        json.WriteEndObject();
    }

    // Two formats are published: three flat fields in the API pages, and an object on the SDK page.
    private void WriteKey(Utf8JsonWriter json)
    {
        if (pxxl.Shape.Spelling != Spelling.Alternative)
        {
            json.WriteString("apiKeyId", "key_sandbox0000000000001");
            json.WriteString("apiKeyScope", "all");
            json.WriteString("apiKeyPermission", "read_write");
            return;
        }

        json.WriteStartObject("apiKey");
        json.WriteString("name", "sandbox");
        json.WriteString("permission", "read_write");
        json.WriteStartArray("scopes");
        json.WriteStringValue("deploy");
        json.WriteStringValue("analytics");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
