using PxxlPeriscope.Connections;
using PxxlPeriscope.Http;

namespace PxxlPeriscope;

/// <summary>A key for Periscope and where it is used. It is never verified by a call: the first event starts a trial.</summary>
public sealed class PeriscopeConnection : ServiceConnection
{
    /// <summary>The one address Periscope has published.</summary>
    public const string DefaultBaseUri = "https://app.periscope.sh/";

    /// <summary>One more than elsewhere: sending a report again updates the same record, so no server error ends it at once.</summary>
    private static readonly int[] RetriedStatusCodes = [408, 429, 500, 502, 503, 504];

    /// <summary>Makes a connection; no call is made.</summary>
    /// <param name="settings">Its base URI is to be checked with <see cref="PxxlPeriscope.Connections.BaseUri.Validate"/> first.</param>
    /// <param name="keySource">Where the key came from, for the user to see.</param>
    /// <param name="open">Opens the resilient HttpClient.</param>
    /// <param name="organizationSlug">Put into reports that name no organization; Periscope refuses them if the key is another's.</param>
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

    /// <summary>The organization that reports are meant for; null to leave that to the key.</summary>
    public string? OrganizationSlug { get; }

    /// <summary>Where reports are kept that cannot be delivered, unless a cmdlet is given another folder; null for nowhere.</summary>
    public string? OutboxPath { get; }

    /// <inheritdoc/>
    public override string ToString() => $"Periscope at {BaseUri.Authority}";
}
