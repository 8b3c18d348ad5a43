using PxxlPeriscope.Webhooks.Receiving;

namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>Creates the web server, and loads its assembly with the first receiver.</summary>
internal static class ServerAssemblyLoader
{
    private static readonly Lazy<Type> WebServerType = new(() =>
        IsolatedAssemblies.LoadType("PxxlPeriscope.Server", "PxxlPeriscope.Server.KestrelWebServer")
    );

    internal static IWebServer Open(WebServerSettings settings) => IsolatedAssemblies.Create<IWebServer>(WebServerType.Value, settings);
}
