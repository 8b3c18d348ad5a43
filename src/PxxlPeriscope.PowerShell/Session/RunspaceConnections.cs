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
internal sealed class RunspaceConnections
{
    private static readonly ConditionalWeakTable<Runspace, RunspaceConnections> All = new();

    private (string Identity, PxxlConnection Connection)? _foundPxxl;
    private (string Identity, PeriscopeConnection Connection)? _foundPeriscope;

    internal static RunspaceConnections Current => All.GetValue(Runspace.DefaultRunspace, _ => new RunspaceConnections());

    /// <summary>Set by Connect-Pxxl.</summary>
    internal PxxlConnection? Pxxl { get; set; }

    /// <summary>Set by Connect-Periscope.</summary>
    internal PeriscopeConnection? Periscope { get; set; }

    internal static void Clear() => All.Remove(Runspace.DefaultRunspace);

    /// <summary>The connection of this runspace, else the one that the environment describes.</summary>
    /// <exception cref="ServiceException"><see cref="FailureCause.NotConnected"/>: there is neither.</exception>
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
        var identity = $"{baseUri} {team} {teamSource} {key.Reveal()}";
        if (_foundPxxl?.Identity != identity)
        {
            var settings = new HttpClientSettings { BaseUri = baseUri, ApiKey = key, UserAgent = userAgent };
            _foundPxxl = (identity, new PxxlConnection(settings, source, HttpAssemblyLoader.Open, team, teamSource));
        }

        return _foundPxxl.Value.Connection;
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

        var identity = $"{baseUri} {key.Reveal()}";
        if (_foundPeriscope?.Identity != identity)
        {
            var settings = new HttpClientSettings { BaseUri = baseUri, ApiKey = key, UserAgent = userAgent };
            _foundPeriscope = (identity, new PeriscopeConnection(settings, source, HttpAssemblyLoader.Open));
        }

        return _foundPeriscope.Value.Connection;
    }

    internal static ServiceException NotConnected(ServiceName service) => new(
        service,
        FailureCause.NotConnected,
        service == ServiceName.Pxxl
            ? $"There is no key for Pxxl. Give one by Connect-Pxxl -ApiKey, by the environment variable PXXL_API_KEY, or by a login with Pxxl's own command line ({KeyResolvers.Pxxl.ConfigFile ?? "which needs a home folder"})."
            : "There is no key for Periscope. Give one by Connect-Periscope -ApiKey, by the environment variable PERISCOPE_API_KEY, or by -Connection with a connection that has one.");
}
