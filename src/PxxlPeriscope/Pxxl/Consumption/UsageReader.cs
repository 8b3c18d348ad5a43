using System.Text.Json;
using PxxlPeriscope.Http;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Pxxl.Consumption;

/// <summary>Reads the response of <c>/cli/usage</c>. (docs/facts/pxxl-api.md, "Usage".)</summary>
internal static class UsageReader
{
    internal static Usage Read(JsonElement root, ApiResponse reply)
    {
        var data = root.TryGetMember("data", out var inner) ? inner : root;
        var summary = data.GetMember("summary") ?? throw reply.CreateInvalidResponseException("does not contain usage (no summary)");
        var scope = data.GetMember("scope") ?? default;
        return new Usage
        {
            Scope = scope.GetMember("type")?.AsText() ?? scope.AsText(),
            TeamId = scope.GetMember("teamId", "team_id")?.AsText(),
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
            Projects = data.GetMember("projects") is { ValueKind: JsonValueKind.Array } rows
                ? [.. rows.EnumerateArray().Select(ReadProject)]
                : [],
        };

        long? Count(params ReadOnlySpan<string> names) => summary.GetMember(names)?.AsCount();
    }

    private static ProjectUsage ReadProject(JsonElement row) =>
        new()
        {
            ProjectId = row.GetMember("id", "_id", "projectId", "project_id")?.AsText(),
            ProjectName = row.GetMember("name", "projectName", "project_name")?.AsText(),
            DeploymentCount = row.GetMember("deploymentCount", "deployment_count")?.AsCount(),
            BuildSeconds = Seconds(row, "buildSeconds", "build_seconds"),
            ArtifactBytes = row.GetMember("artifactBytes", "artifact_bytes")?.AsCount(),
            Status = row.GetMember("status", "state")?.AsText(),
        };

    private static double? Seconds(JsonElement row, params ReadOnlySpan<string> names) =>
        row.GetMember(names)?.AsNumber() is >= 0 and var seconds ? seconds : null;
}
