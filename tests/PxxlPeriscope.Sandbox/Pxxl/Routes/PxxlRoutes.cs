using PxxlPeriscope.Sandbox.Pxxl.Logs;

namespace PxxlPeriscope.Sandbox.Pxxl.Routes;

/// <summary>All routes of Pxxl under <c>/api/v3</c>. The edge proxy responds to any other path with HTML.</summary>
internal static class PxxlRoutes
{
    public const string Prefix = "/api/v3";

    public static void MapPxxl(this IEndpointRouteBuilder routes, PxxlService pxxl, string key)
    {
        var guard = new ApiKeyFilter(key);
        var account = new AccountRoutes(pxxl);
        var projects = new ProjectRoutes(pxxl);
        var deployments = new DeploymentRoutes(pxxl);
        var redeploy = new RedeployRoute(pxxl);
        var logs = new LogRoutes(pxxl);
        var usage = new UsageRoutes(pxxl);
        var variables = new VariableRoutes(pxxl);
        var domains = new DomainRoutes(pxxl);

        var v3 = routes.MapGroup(Prefix);
        Get("/cli/whoami", account.WhoAmIAsync);
        Get("/teams", account.TeamsAsync);
        Get("/teams/{id}", account.TeamAsync);
        Get("/cli/usage", usage.UsageAsync);
        Get("/cli/stats", usage.StatsAsync);
        Get("/cli/projects", projects.ListAsync);
        Get("/cli/projects/{id}", projects.GetAsync);
        Get("/cli/projects/{id}/deployments", deployments.ListOfProjectAsync);
        Get("/cli/projects/{id}/envs", variables.OwnAsync);
        Get("/cli/projects/{id}/global-envs", variables.GlobalAsync);
        Get("/cli/domains", domains.ListAsync);
        Get("/cli/domains/{id}", domains.GetAsync);
        Get("/cli/projects/{id}/logs", logs.OfProjectAsync);
        Get("/cli/projects/{id}/live-logs", logs.LiveOfProjectAsync);
        Get("/cli/deployments", deployments.ListAsync);
        Get("/cli/deployments/{id}", deployments.GetAsync);
        Get("/cli/deployments/{id}/build-logs", logs.OfBuildAsync);
        Get("/cli/deployments/{id}/logs", logs.OfDeploymentAsync);
        v3.MapPost("/cli/projects/{id}/redeploy", guard.Protect(redeploy.PostAsync));

        void Get(string path, RequestDelegate answer) => v3.MapGet(path, guard.Protect(answer));
    }
}
