using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sandbox.Pxxl.Responses;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Routes;

/// <summary>Deployments. There is no filter and no sort order, because none is documented and no SDK sends one.</summary>
internal sealed class DeploymentRoutes(PxxlService pxxl)
{
    private static readonly ListResponse Responses = new("deployments", PagingStyle.TotalOnly);

    public async Task ListAsync(HttpContext context)
    {
        if (await pxxl.ReadTeamAsync(context) is (true, var teamId))
            await WritePageAsync(context, pxxl.Data.RowsOf(teamId));
    }

    public async Task ListOfProjectAsync(HttpContext context)
    {
        if (await pxxl.ReadTeamAsync(context) is not (true, var teamId))
            return;
        var project = pxxl.Data.FindProject(PxxlService.RouteValue(context, "id"));
        if (project is null || (teamId is not null && project.TeamId != teamId))
            await PxxlService.NotFoundAsync(context, "Project");
        else
            await WritePageAsync(context, pxxl.Data.Table.OfProject(project.Id));
    }

    public Task GetAsync(HttpContext context) =>
        pxxl.Data.Table.Find(PxxlService.RouteValue(context, "id")) is { } row
            ? pxxl.WriteItemAsync(context, "deployment", row.Json(RowFormat.Of(pxxl.Shape), pxxl.Clock.UtcNow))
            : PxxlService.NotFoundAsync(context, "Deployment");

    private Task WritePageAsync(HttpContext context, IReadOnlyList<DeploymentRow> all)
    {
        var shape = pxxl.Shape;
        var dialect = RowFormat.Of(shape);
        var now = pxxl.Clock.UtcNow;
        var page = PageRequest.Read(context.Request, shape.ServerLimitCap);
        return Responses.WriteAsync(context, shape, page, all.Count, page.Of(all).Select(row => row.Json(dialect, now)));
    }
}
