namespace PxxlPeriscope;

/// <summary>Links into Pxxl's dashboard, as its own command line prints them.</summary>
internal static class Dashboard
{
    private const string Projects = "https://pxxl.app/dashboard/projects/";

    internal static Uri? Project(string? projectId) =>
        projectId is null ? null : new Uri(Projects + Uri.EscapeDataString(projectId));

    internal static Uri? Deployment(string? projectId, string deploymentId) =>
        projectId is null ? null : new Uri($"{Projects}{Uri.EscapeDataString(projectId)}/deployments/{Uri.EscapeDataString(deploymentId)}");
}
