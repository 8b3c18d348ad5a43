#if NET
using System.Reflection;
using System.Runtime.Loader;
using PxxlPeriscope.Http;

namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>
/// The load context of our packages, isolated from copies of the same packages in other modules. If the host has an assembly in the same
/// or a newer version, the copy of the host is used.
/// </summary>
/// <param name="folder">The folder of our private assemblies.</param>
/// <param name="host">The assemblies of the host, by simple name.</param>
internal sealed class IsolatedLoadContext(string folder, IReadOnlyDictionary<string, string> host) : AssemblyLoadContext("PxxlPeriscope")
{
    internal static IsolatedLoadContext Create(string folder) => new(folder, HostAssemblies());

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // The library connects both contexts, so both must use the same types.
        var library = typeof(IHttpClientSource).Assembly;
        if (assemblyName.Name == library.GetName().Name)
        {
            return library;
        }

        if (AssemblyIdentity.IsServedBy(assemblyName, HostIdentity(assemblyName.Name)))
        {
            return null;
        }

        // If the host does not have it after all (some hosts omit assemblies from their list), our copy is used.
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
        // An indexer, because the list contains duplicates.
        foreach (var path in trusted.Concat(Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")))
        {
            host[Path.GetFileNameWithoutExtension(path)] = path;
        }

        return host;
    }
}
#endif
