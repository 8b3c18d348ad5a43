using System.Reflection;
using PxxlPeriscope.PowerShell.Loading;
using PxxlPeriscope.Webhooks.Receiving;

namespace PxxlPeriscope.Tests.Webhooks.Receiving;

/// <summary>
/// Loads the web server in the same way as the module: isolated, from its build output. This process has the web server of ASP.NET Core
/// for the sandbox, in a version that is not compatible with ours.
/// </summary>
internal static class WebServers
{
    private static readonly Lazy<Assembly> Loaded = new(() =>
    {
        var module = Environment.GetEnvironmentVariable("PXXLPERISCOPE_MODULE") ?? Repository.PathTo("out", "PxxlPeriscope");
        var folder = Path.Combine(module, "bin", "net8.0", "isolated");
        return IsolatedLoadContext.Create(folder).LoadFromAssemblyPath(Path.Combine(folder, "PxxlPeriscope.Server.dll"));
    });

    public static Assembly Assembly => Loaded.Value;

    public static IWebServer Open(WebServerSettings settings) =>
        IsolatedAssemblies.Create<IWebServer>(Assembly.GetType("PxxlPeriscope.Server.KestrelWebServer", throwOnError: true)!, settings);
}
