using System.Diagnostics.CodeAnalysis;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using PxxlPeriscope.Connections;
using PxxlPeriscope.Http;
using PxxlPeriscope.PowerShell.Loading;

namespace PxxlPeriscope.PowerShell.Session;

/// <summary>
/// The connections of each runspace. Never one for the process: runbooks of one account can share a process, and
/// <c>ForEach-Object -Parallel</c> does.
/// </summary>
[SuppressMessage(
    "Reliability",
    "CA1001",
    Justification = "They live as long as the runspace, and close their sockets by themselves when nobody uses them."
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

    /// <summary>The connection of this runspace, else the one that the environment describes.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.NotConnected"/>: there is neither.</exception>
    internal PxxlConnection RequirePxxl(string userAgent) => Pxxl ?? FindPxxl(userAgent) ?? throw NotConnected(ServiceName.Pxxl);

    /// <inheritdoc cref="RequirePxxl"/>
    internal PeriscopeConnection RequirePeriscope(string userAgent) =>
        Periscope ?? FindPeriscope(userAgent) ?? throw NotConnected(ServiceName.Periscope);

    /// <summary>What the environment describes; null when it holds no key.</summary>
    internal PxxlConnection? FindPxxl(string userAgent)
    {
        var keys = KeyResolvers.Pxxl;
        // Before any key is read: what is wrong here would send it to the wrong place.
        var baseUri = BaseUri.Validate(ServiceName.Pxxl, keys.BaseUri);
        if (keys.Find() is not var (key, source, team, teamSource))
        {
            return null;
        }

        // Kept while nothing changes, so that a loop does not open a new connection for each call.
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
                ? $"There is no key for Pxxl. Give one by Connect-Pxxl -ApiKey, by the environment variable PXXL_API_KEY, or by a login with Pxxl's own command line ({KeyResolvers.Pxxl.ConfigFile ?? "which needs a home folder"})."
                : "There is no key for Periscope. Give one by Connect-Periscope -ApiKey, by the environment variable PERISCOPE_API_KEY, or by -Connection with a connection that has one."
        );
}
