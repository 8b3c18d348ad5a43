namespace PxxlPeriscope.Pxxl;

/// <summary>Addresses of sites and of pages in the Pxxl dashboard.</summary>
internal static class PxxlUrls
{
    private const string ProjectsUrl = "https://pxxl.app/dashboard/projects/";

    /// <summary>The start page of the dashboard. Of the other pages, only those of projects and deployments are known.</summary>
    internal static Uri DashboardHome { get; } = new("https://pxxl.app/dashboard");

    /// <summary>A project's page, as printed by the Pxxl CLI.</summary>
    internal static Uri? DashboardUrl(string? projectId) =>
        projectId is null ? null : new Uri(ProjectsUrl + Uri.EscapeDataString(projectId));

    /// <summary>A deployment's page, as printed by the Pxxl CLI.</summary>
    internal static Uri? DashboardUrl(string? projectId, string deploymentId) =>
        projectId is null
            ? null
            : new Uri($"{ProjectsUrl}{Uri.EscapeDataString(projectId)}/deployments/{Uri.EscapeDataString(deploymentId)}");

    /// <summary>Parses the address of a site. A host without a scheme is treated as https, as in the Pxxl CLI.</summary>
    internal static Uri? ParseSiteUrl(string? text) =>
        text is not null
        && Uri.TryCreate(text.Contains("://") ? text : "https://" + text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            ? uri
            : null;
}
