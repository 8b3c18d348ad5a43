#if NET
using System.Reflection;
using System.Runtime.Loader;
using PxxlPeriscope.Http;

namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>
/// Where our packages live, apart from other modules' copies of the same packages. Host-first: what the host has at that version
/// or newer is the host's.
/// </summary>
/// <param name="folder">The folder with our private assemblies.</param>
/// <param name="host">What the host has, by simple name.</param>
internal sealed class IsolatedLoadContext(string folder, IReadOnlyDictionary<string, string> host) : AssemblyLoadContext("PxxlPeriscope")
{
    internal static IsolatedLoadContext Create(string folder) => new(folder, HostAssemblies());

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // The library is the bridge: both sides must mean the same types by it.
        var library = typeof(IHttpClientSource).Assembly;
        if (assemblyName.Name == library.GetName().Name)
        {
            return library;
        }

        if (AssemblyIdentity.IsServedBy(assemblyName, HostIdentity(assemblyName.Name)))
        {
            return null;
        }

        // A host that lacks it after all (some leave assemblies out of their list) still gets our copy.
        var ours = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(ours) ? LoadFromAssemblyPath(ours) : null;
    }

    private AssemblyName? HostIdentity(string? name) =>
        name is not null && host.TryGetValue(name, out var path) ? AssemblyName.GetAssemblyName(path) : null;

    private static Dictionary<string, string> HostAssemblies()
    {
        var trusted = ((AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string) ?? string.Empty).Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );
        var host = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        // An indexer, since the list has duplicates.
        foreach (var path in trusted.Concat(Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")))
        {
            host[Path.GetFileNameWithoutExtension(path)] = path;
        }

        return host;
    }
}
#endif
