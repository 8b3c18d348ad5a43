using PxxlPeriscope.Connections;
using PxxlPeriscope.Http;

namespace PxxlPeriscope;

/// <summary>
/// An API key for Periscope and the base URI to use it with. The key is never verified by a call, because the first event starts a trial.
/// </summary>
public sealed class PeriscopeConnection : ServiceConnection
{
    /// <summary>The only address that Periscope has published.</summary>
    public const string DefaultBaseUri = "https://app.periscope.sh/";

    /// <summary>
    /// Includes status 500, which is not retried for other services: sending a report again updates the same record, so every server error
    /// can be retried.
    /// </summary>
    private static readonly int[] RetriedStatusCodes = [408, 429, 500, 502, 503, 504];

    /// <summary>Creates a connection. No call is made.</summary>
    /// <param name="settings">The settings. Check their base URI with <see cref="PxxlPeriscope.Connections.BaseUri.Validate"/>
    /// first.</param>
    /// <param name="keySource">The source of the key, for display.</param>
    /// <param name="open">Opens the resilient HttpClient.</param>
    /// <param name="organizationSlug">Added to reports that do not name an organization. Periscope rejects them if the key belongs to
    /// another one.</param>
    /// <param name="outboxPath">The folder for reports that cannot be delivered.</param>
    public PeriscopeConnection(
        HttpClientSettings settings,
        string keySource,
        Func<HttpClientSettings, IHttpClientSource> open,
        string? organizationSlug = null,
        string? outboxPath = null
    )
        : base(ServiceName.Periscope, settings with { RetriedStatusCodes = RetriedStatusCodes }, keySource, open) =>
        (OrganizationSlug, OutboxPath) = (organizationSlug, outboxPath);

    /// <summary>The organization that reports are sent for; null to use the organization of the key.</summary>
    public string? OrganizationSlug { get; }

    /// <summary>The default folder for reports that cannot be delivered; null to keep none.</summary>
    public string? OutboxPath { get; }

    /// <inheritdoc/>
    public override string ToString() => $"Periscope at {BaseUri.Authority}";
}
