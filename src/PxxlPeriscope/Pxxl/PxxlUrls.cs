namespace PxxlPeriscope.Pxxl;

/// <summary>Addresses of sites and of pages in Pxxl's dashboard.</summary>
internal static class PxxlUrls
{
    private const string ProjectsUrl = "https://pxxl.app/dashboard/projects/";

    /// <summary>The dashboard's beginning. Of deeper pages only those of projects and deployments are known.</summary>
    internal static Uri DashboardHome { get; } = new("https://pxxl.app/dashboard");

    /// <summary>A project's page, as Pxxl's own command line prints it.</summary>
    internal static Uri? DashboardUrl(string? projectId) =>
        projectId is null ? null : new Uri(ProjectsUrl + Uri.EscapeDataString(projectId));

    /// <summary>A deployment's page, as Pxxl's own command line prints it.</summary>
    internal static Uri? DashboardUrl(string? projectId, string deploymentId) =>
        projectId is null
            ? null
            : new Uri($"{ProjectsUrl}{Uri.EscapeDataString(projectId)}/deployments/{Uri.EscapeDataString(deploymentId)}");

    /// <summary>A site. A host without a scheme is meant as https, as Pxxl's own command line reads it.</summary>
    internal static Uri? ParseSiteUrl(string? text) =>
        text is not null
        && Uri.TryCreate(text.Contains("://") ? text : "https://" + text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            ? uri
            : null;
}
