using PxxlPeriscope.Sandbox.Pxxl.Responses;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Routes;

/// <summary>Projects.</summary>
internal sealed class ProjectRoutes(PxxlService pxxl)
{
    private static readonly ListResponse Responses = new("projects", PagingStyle.RootWithoutTotalPages);

    public async Task ListAsync(HttpContext context)
    {
        if (await pxxl.ReadTeamAsync(context) is not (true, var teamId))
            return;
        var shape = pxxl.Shape;
        var page = PageRequest.Read(context.Request, shape.ServerLimitCap);
        var projects = pxxl.Data.ProjectsOf(teamId);
        await Responses.WriteAsync(context, shape, page, projects.Count, page.Of(projects).Select(ProjectJson.Write));
    }

    // The SDKs never send a teamId to a route with an id, so none is read here.
    public Task GetAsync(HttpContext context) =>
        pxxl.Data.FindProject(PxxlService.RouteValue(context, "id")) is { } project
            ? pxxl.WriteItemAsync(context, "project", ProjectJson.Write(project))
            : PxxlService.NotFoundAsync(context, "Project");
}
