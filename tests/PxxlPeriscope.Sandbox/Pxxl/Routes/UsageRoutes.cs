using System.Text.Json;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sandbox.Pxxl.Responses;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Routes;

/// <summary>The usage of the account or a team. No Pxxl response contains the included build minutes, so neither do these.</summary>
internal sealed class UsageRoutes(PxxlService pxxl)
{
    private const int RecentDeployments = 6;
    private const long ArtifactLimitBytes = 50L * 1024 * 1024 * 1024;

    public Task UsageAsync(HttpContext context) => WriteAsync(context, summaryOnly: false);

    public Task StatsAsync(HttpContext context) => WriteAsync(context, summaryOnly: true);

    private async Task WriteAsync(HttpContext context, bool summaryOnly)
    {
        if (await pxxl.ReadTeamAsync(context) is not (true, var teamId))
            return;
        var now = pxxl.Clock.UtcNow;
        var atRoot = pxxl.Shape.Item == ItemEnvelope.Root;
        var deployments = new DeploymentRowList(pxxl.Data.RowsOf(teamId), now);
        await JsonResponse.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("success", true);
                // The CLI reads "data" or, without it, the root.
                if (!atRoot)
                    json.WriteStartObject("data");
                if (!summaryOnly)
                    WriteScope(json, teamId);
                WriteSummary(json, teamId, UsageFigures.Of(deployments, now));
                if (!summaryOnly)
                {
                    WriteProjects(json, teamId, now);
                    WriteRecent(json, deployments.Take(RecentDeployments));
                }

                json.WriteEndObject();
                if (!atRoot)
                    json.WriteEndObject();
            }
        );
    }

    private static void WriteScope(Utf8JsonWriter json, string? teamId)
    {
        json.WriteStartObject("scope");
        json.WriteString("type", teamId is null ? "personal" : "team");
        if (teamId is not null)
            json.WriteString("teamId", teamId);
        json.WriteEndObject();
    }

    // A team has no artifact limit here, and totalDatabases is always absent: a client must distinguish absent from 0.
    private void WriteSummary(Utf8JsonWriter json, string? teamId, UsageFigures figures)
    {
        var projects = pxxl.Data.ProjectsOf(teamId);
        var fields = new JsonFields(json, pxxl.Shape.NumbersAsStrings);
        json.WriteStartObject("summary");
        fields.Number("totalProjects", (long)projects.Count);
        fields.Number("activeProjects", projects.LongCount(project => project.Status == "active"));
        fields.Number("totalDeployments", (long)figures.Deployments);
        fields.Number("successfulDeployments", (long)figures.Successful);
        fields.Number("failedDeployments", (long)figures.Failed);
        fields.Number("runningDeployments", (long)figures.UnderWay);
        fields.Number("totalDomains", projects.LongCount(project => project.Domain is not null));
        fields.Number("buildSeconds", figures.BuildSeconds);
        fields.Number("monthlyBuildSeconds", figures.MonthlyBuildSeconds);
        fields.Number("totalArtifactBytes", figures.ArtifactBytes);
        fields.Number("artifactLimitBytes", teamId is null ? ArtifactLimitBytes : (long?)null);
        json.WriteEndObject();
    }

    private void WriteProjects(Utf8JsonWriter json, string? teamId, DateTimeOffset now)
    {
        var fields = new JsonFields(json, pxxl.Shape.NumbersAsStrings);
        json.WriteStartArray("projects");
        foreach (var project in pxxl.Data.ProjectsOf(teamId))
        {
            var figures = UsageFigures.Of(new DeploymentRowList(pxxl.Data.Table.OfProject(project.Id), now), now);
            json.WriteStartObject();
            fields.Text("id", project.Id);
            fields.Text("name", project.Name);
            fields.Number("deploymentCount", (long)figures.Deployments);
            // An uploaded site is not built, so it has no build time.
            fields.Number("buildSeconds", project.GithubUrl is null ? null : figures.BuildSeconds);
            fields.Number("artifactBytes", figures.ArtifactBytes);
            fields.Text("status", project.Status);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteRecent(Utf8JsonWriter json, IEnumerable<SandboxDeployment> deployments)
    {
        var fields = new JsonFields(json, pxxl.Shape.NumbersAsStrings);
        json.WriteStartArray("recentDeployments");
        foreach (var deployment in deployments)
        {
            json.WriteStartObject();
            fields.Text("id", deployment.Id);
            fields.Text("projectId", deployment.ProjectId);
            fields.Text("projectName", deployment.ProjectName);
            fields.Text("buildStatus", deployment.BuildStatus);
            fields.Number("buildSeconds", deployment.BuildSeconds);
            fields.Number("artifactBytes", deployment.ArtifactBytes);
            fields.Time("createdAt", deployment.CreatedAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
