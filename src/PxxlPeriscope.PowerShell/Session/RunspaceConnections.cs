using System.Diagnostics.CodeAnalysis;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using PxxlPeriscope.Connections;
using PxxlPeriscope.Http;
using PxxlPeriscope.PowerShell.Loading;

namespace PxxlPeriscope.PowerShell.Session;

/// <summary>
/// The connections of each runspace. They are not shared by the process, because several runbooks of an account can run in one process,
/// and <c>ForEach-Object -Parallel</c> runs several runspaces.
/// </summary>
[SuppressMessage(
    "Reliability",
    "CA1001",
    Justification = "They live as long as the runspace, and close their sockets when they are no longer used."
)]
internal sealed class RunspaceConnections
{
    private static readonly ConditionalWeakTable<Runspace, RunspaceConnections> All = new();

    private PxxlConnection? _foundPxxl;
    private PeriscopeConnection? _foundPeriscope;

    internal static RunspaceConnections Current => All.GetValue(Runspace.DefaultRunspace, _ => new RunspaceConnections());

    /// <summary>Set by Connect-Pxxl.</summary>
    internal PxxlConnection? Pxxl { get; set; }

    /// <summary>Set by Connect-Periscope.</summary>
    internal PeriscopeConnection? Periscope { get; set; }

    internal static void Clear() => All.Remove(Runspace.DefaultRunspace);

    /// <summary>Returns the connection of this runspace, or the one that the environment describes.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.NotConnected"/>: neither exists.</exception>
    internal PxxlConnection RequirePxxl(string userAgent) => Pxxl ?? FindPxxl(userAgent) ?? throw NotConnected(ServiceName.Pxxl);

    /// <inheritdoc cref="RequirePxxl"/>
    internal PeriscopeConnection RequirePeriscope(string userAgent) =>
        Periscope ?? FindPeriscope(userAgent) ?? throw NotConnected(ServiceName.Periscope);

    /// <summary>Returns the connection that the environment describes; null if it contains no key.</summary>
    internal PxxlConnection? FindPxxl(string userAgent)
    {
        var keys = KeyResolvers.Pxxl;
        // Validated before a key is read, because a wrong base URI would send the key to the wrong host.
        var baseUri = BaseUri.Validate(ServiceName.Pxxl, keys.BaseUri);
        if (keys.Find() is not var (key, source, team, teamSource))
        {
            return null;
        }

        // Reused while nothing changes, so that a loop does not open a new connection for each call.
        if (!IsFor(_foundPxxl, baseUri, key) || _foundPxxl!.TeamId != team || _foundPxxl.TeamSource != teamSource)
        {
            var settings = new HttpClientSettings
            {
                BaseUri = baseUri,
                ApiKey = key,
                UserAgent = userAgent,
            };
            _foundPxxl = new PxxlConnection(settings, source, HttpAssemblyLoader.Open, team, teamSource);
        }

        return _foundPxxl;
    }

    /// <inheritdoc cref="FindPxxl"/>
    internal PeriscopeConnection? FindPeriscope(string userAgent)
    {
        var keys = KeyResolvers.Periscope;
        var baseUri = BaseUri.Validate(ServiceName.Periscope, keys.BaseUri);
        if (keys.Find() is not var (key, source))
        {
            return null;
        }

        if (!IsFor(_foundPeriscope, baseUri, key))
        {
            var settings = new HttpClientSettings
            {
                BaseUri = baseUri,
                ApiKey = key,
                UserAgent = userAgent,
            };
            _foundPeriscope = new PeriscopeConnection(settings, source, HttpAssemblyLoader.Open);
        }

        return _foundPeriscope!;
    }

    private static bool IsFor(ServiceConnection? connection, Uri baseUri, Secret key) =>
        connection is not null && connection.BaseUri == baseUri && connection.ApiKey.HasSameValue(key);

    internal static ServiceException NotConnected(ServiceName service) =>
        new(
            service,
            CallFailure.NotConnected,
            service == ServiceName.Pxxl
                ? "No API key for Pxxl was found. Run Connect-Pxxl -ApiKey, set the environment variable PXXL_API_KEY, "
                    + $"or log in with the Pxxl CLI ({KeyResolvers.Pxxl.ConfigFile ?? "which requires a home folder"})."
                : "No API key for Periscope was found. Run Connect-Periscope -ApiKey, set the environment variable PERISCOPE_API_KEY, "
                    + "or pass a connection with -Connection."
        );
}
