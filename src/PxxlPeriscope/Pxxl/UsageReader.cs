using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>Reads <c>/cli/usage</c>. (Fact sheet, section (e).)</summary>
internal static class UsageReader
{
    internal static Usage Read(JsonElement root, JsonReply reply)
    {
        var data = root.TryMember("data", out var inner) ? inner : root;
        var summary = data.Member("summary") ?? throw reply.Invalid("has no usage in it (no summary)");
        var scope = data.Member("scope") ?? default;
        return new Usage
        {
            Scope = scope.Member("type")?.Text() ?? scope.Text(),
            TeamId = scope.Member("teamId", "team_id")?.Text(),
            TotalProjects = Count("totalProjects", "total_projects"),
            ActiveProjects = Count("activeProjects", "active_projects"),
            TotalDeployments = Count("totalDeployments", "total_deployments"),
            SuccessfulDeployments = Count("successfulDeployments", "successful_deployments"),
            FailedDeployments = Count("failedDeployments", "failed_deployments"),
            RunningDeployments = Count("runningDeployments", "running_deployments"),
            TotalDomains = Count("totalDomains", "total_domains"),
            TotalDatabases = Count("totalDatabases", "total_databases"),
            BuildSeconds = Seconds(summary, "buildSeconds", "build_seconds"),
            MonthlyBuildSeconds = Seconds(summary, "monthlyBuildSeconds", "monthly_build_seconds"),
            ArtifactBytes = Count("totalArtifactBytes", "total_artifact_bytes", "artifactBytes", "artifact_bytes"),
            ArtifactLimitBytes = Count("artifactLimitBytes", "artifact_limit_bytes"),
            Projects = data.Member("projects") is { ValueKind: JsonValueKind.Array } rows ? [.. rows.EnumerateArray().Select(ReadProject)] : [],
        };

        long? Count(params ReadOnlySpan<string> names) => summary.Member(names)?.Count();
    }

    private static ProjectUsage ReadProject(JsonElement row) => new()
    {
        ProjectId = row.Member("id", "_id", "projectId", "project_id")?.Text(),
        ProjectName = row.Member("name", "projectName", "project_name")?.Text(),
        DeploymentCount = row.Member("deploymentCount", "deployment_count")?.Count(),
        BuildSeconds = Seconds(row, "buildSeconds", "build_seconds"),
        ArtifactBytes = row.Member("artifactBytes", "artifact_bytes")?.Count(),
        Status = row.Member("status", "state")?.Text(),
    };

    private static double? Seconds(JsonElement row, params ReadOnlySpan<string> names) => row.Member(names)?.Number() is >= 0 and var seconds ? seconds : null;
}
