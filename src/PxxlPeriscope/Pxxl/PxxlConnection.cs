using PxxlPeriscope.Connections;
using PxxlPeriscope.Http;

namespace PxxlPeriscope;

/// <summary>A key for Pxxl, where it is used, and, once verified, whom it belongs to.</summary>
public sealed class PxxlConnection : ServiceConnection
{
    /// <summary>Three more have been published; this one is the oldest documented. See <see cref="KnownBaseUris"/>.</summary>
    public const string DefaultBaseUri = "https://gateway.pxxl.dev/api/v3/";

    private readonly PxxlConnection? _owner;
    private Account? _account;

    /// <summary>Makes a connection; no call is made.</summary>
    /// <param name="settings">Its base URI is to be checked with <see cref="PxxlPeriscope.Connections.BaseUri.Validate"/> first.</param>
    /// <param name="keySource">Where the key came from, for the user to see.</param>
    /// <param name="open">Opens the resilient HttpClient.</param>
    /// <param name="teamId">The team to look at; null for the personal account or the key's own team.</param>
    /// <param name="teamSource">Where the team came from, for the user to see.</param>
    public PxxlConnection(
        HttpClientSettings settings,
        string keySource,
        Func<HttpClientSettings, IHttpClientSource> open,
        string? teamId = null,
        string? teamSource = null
    )
        : base(ServiceName.Pxxl, settings, keySource, open) => (TeamId, TeamSource) = (teamId, teamSource);

    private PxxlConnection(PxxlConnection owner, string teamId)
        : base(owner) => (_owner, TeamId) = (owner, teamId);

    /// <summary>All that Pxxl has published. Its edge can switch an old one off, which then answers in HTML or not at all.</summary>
    public static IReadOnlyList<string> KnownBaseUris { get; } =
    ["https://server.pxxl.app/api/v3/", "https://gateway.pxxl.app/api/v3/", DefaultBaseUri];

    /// <summary>The team that lists and usage are asked for; null for the personal account or the key's own team.</summary>
    public string? TeamId { get; }

    /// <summary>Where the team came from: a parameter, an environment variable or a file. Null without a team, or for a team of single calls.</summary>
    public string? TeamSource { get; }

    /// <summary>Whom the key belongs to; null until it was verified.</summary>
    public Account? Account
    {
        get => _owner is null ? _account : _owner.Account;
        internal set => _account = value;
    }

    /// <summary>The key's scopes; null until it was verified.</summary>
    public string? Scope => Account?.Scope;

    /// <summary><c>read</c> or <c>read_write</c>; null until the key was verified.</summary>
    public string? Permission => Account?.Permission;

    /// <summary>
    /// Whether the team was chosen for single calls, and not once for all. Only then is it sent with the id of a single thing
    /// too: Pxxl's own SDKs never send one there, but a user who names a team with an id means that thing in that team.
    /// </summary>
    internal bool IsTeamChosen => _owner is not null;

    /// <summary>This connection for another team. It shares key, limits and sockets with this one, and need not be disposed.</summary>
    public PxxlConnection ForTeam(string teamId) => new(_owner ?? this, teamId);

    /// <inheritdoc/>
    public override string ToString() => $"{Account?.ToString() ?? "Pxxl"} at {BaseUri.Authority}";
}
