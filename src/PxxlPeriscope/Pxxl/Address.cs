namespace PxxlPeriscope;

/// <summary>Addresses of sites and of pages in Pxxl's dashboard.</summary>
internal static class Address
{
    private const string Projects = "https://pxxl.app/dashboard/projects/";

    /// <summary>The dashboard's beginning. Of deeper pages only those of projects and deployments are known.</summary>
    internal static Uri DashboardHome { get; } = new("https://pxxl.app/dashboard");

    /// <summary>A project's page, as Pxxl's own command line prints it.</summary>
    internal static Uri? Dashboard(string? projectId) =>
        projectId is null ? null : new Uri(Projects + Uri.EscapeDataString(projectId));

    /// <summary>A deployment's page, as Pxxl's own command line prints it.</summary>
    internal static Uri? Dashboard(string? projectId, string deploymentId) =>
        projectId is null ? null : new Uri($"{Projects}{Uri.EscapeDataString(projectId)}/deployments/{Uri.EscapeDataString(deploymentId)}");

    /// <summary>A site. A host without a scheme is meant as https, as Pxxl's own command line reads it.</summary>
    internal static Uri? Site(string? text) =>
        text is not null
        && Uri.TryCreate(text.Contains("://") ? text : "https://" + text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            ? uri
            : null;
}
