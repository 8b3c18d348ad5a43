using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sandbox.Pxxl.Responses;
using PxxlPeriscope.Sandbox.Pxxl.Seed;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Routes;

/// <summary>Shared by all Pxxl routes: the data, the clock, the response shape and the common responses.</summary>
internal sealed class PxxlService(PxxlData data, SandboxClock clock, Random random, ResponseShape shape)
{
    public PxxlData Data { get; } = data;

    public SandboxClock Clock { get; } = clock;

    public ResponseShape Shape { get; set; } = shape;

    /// <summary>Creates an id that no seeded deployment has and that is the same in every run with the same seed.</summary>
    public string NewDeploymentId()
    {
        lock (random)
            return random.NextId("dep_");
    }

    /// <summary>Reads the team of a request. Returns false after responding with 404 if the team does not exist.</summary>
    public async Task<(bool Known, string? TeamId)> ReadTeamAsync(HttpContext context)
    {
        string? teamId = context.Request.Query["teamId"];
        if (string.IsNullOrWhiteSpace(teamId))
            return (true, null);
        if (teamId == Data.TeamId)
            return (true, teamId);
        await NotFoundAsync(context, "Team");
        return (false, null);
    }

    public static Task NotFoundAsync(HttpContext context, string what) =>
        JsonResponse.WriteAsync(context, StatusCodes.Status404NotFound, "message", $"{what} not found");

    /// <summary>Responds with one object, in the envelope of the response shape.</summary>
    public Task WriteItemAsync(HttpContext context, string noun, ReadOnlyMemory<byte> item) =>
        JsonResponse.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                var name = Shape.Item switch
                {
                    ItemEnvelope.Noun => noun,
                    ItemEnvelope.Data => "data",
                    _ => null,
                };
                if (name is not null)
                {
                    json.WriteStartObject();
                    json.WritePropertyName(name);
                }

                json.WriteRawValue(item.Span, skipInputValidation: true);
                if (name is not null)
                    json.WriteEndObject();
            }
        );

    public static string RouteValue(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;
}
