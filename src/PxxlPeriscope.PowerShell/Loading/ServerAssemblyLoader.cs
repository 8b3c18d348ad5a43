using PxxlPeriscope.Webhooks.Receiving;

namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>Opens the web server, and with the first receiver loads the assembly that makes it.</summary>
internal static class ServerAssemblyLoader
{
    private static readonly Lazy<Type> WebServerType = new(() =>
        IsolatedAssemblies.LoadType("PxxlPeriscope.Server", "PxxlPeriscope.Server.KestrelWebServer")
    );

    internal static IWebServer Open(WebServerSettings settings) => IsolatedAssemblies.Create<IWebServer>(WebServerType.Value, settings);
}
