using PxxlPeriscope.Connections;
using PxxlPeriscope.Http;

namespace PxxlPeriscope;

/// <summary>An API key for Pxxl, the base URI to use it with, and, once verified, the account it belongs to.</summary>
public sealed class PxxlConnection : ServiceConnection
{
    /// <summary>The oldest documented base URI. See <see cref="KnownBaseUris"/> for the others.</summary>
    public const string DefaultBaseUri = "https://gateway.pxxl.dev/api/v3/";

    private readonly PxxlConnection? _owner;
    private Account? _account;

    /// <summary>Creates a connection. No call is made.</summary>
    /// <param name="settings">The settings. Check their base URI with <see cref="PxxlPeriscope.Connections.BaseUri.Validate"/>
    /// first.</param>
    /// <param name="keySource">The source of the key, for display.</param>
    /// <param name="open">Opens the resilient HttpClient.</param>
    /// <param name="teamId">The team to use; null for the personal account or the key's own team.</param>
    /// <param name="teamSource">The source of the team, for display.</param>
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

    /// <summary>
    /// All base URIs that Pxxl has published. The edge of Pxxl can retire an old one, which then responds with HTML or not at all.
    /// </summary>
    public static IReadOnlyList<string> KnownBaseUris { get; } =
    ["https://server.pxxl.app/api/v3/", "https://gateway.pxxl.app/api/v3/", DefaultBaseUri];

    /// <summary>The team used for lists and usage; null for the personal account or the key's own team.</summary>
    public string? TeamId { get; }

    /// <summary>
    /// The source of the team: a parameter, an environment variable or a file. Null without a team, or for a team selected for single
    /// calls.
    /// </summary>
    public string? TeamSource { get; }

    /// <summary>The account that the key belongs to; null until the key is verified.</summary>
    public Account? Account
    {
        get => _owner is null ? _account : _owner.Account;
        internal set => _account = value;
    }

    /// <summary>The key's scopes; null until the key is verified.</summary>
    public string? Scope => Account?.Scope;

    /// <summary><c>read</c> or <c>read_write</c>; null until the key is verified.</summary>
    public string? Permission => Account?.Permission;

    /// <summary>
    /// Whether the team was selected for single calls instead of for the whole connection. Only then is it also sent with requests for a
    /// single id: Pxxl's SDKs never send a team there, but a user who specifies a team with an id means that item in that team.
    /// </summary>
    internal bool IsTeamChosen => _owner is not null;

    /// <summary>
    /// Returns this connection for another team. It shares the key, limits and sockets with this one and does not need to be disposed.
    /// </summary>
    public PxxlConnection ForTeam(string teamId) => new(_owner ?? this, teamId);

    /// <inheritdoc/>
    public override string ToString() => $"{Account?.ToString() ?? "Pxxl"} at {BaseUri.Authority}";
}
