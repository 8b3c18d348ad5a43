#if !NET
using System.Reflection;

namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>
/// Windows PowerShell 5.1 has no load contexts. This handler resolves assemblies from our folder, and only for requests from our own
/// assemblies, so that no other module gets our copy. It also replaces the binding redirects of an application.
/// </summary>
internal static class DesktopResolver
{
    private static readonly Dictionary<string, string> Ours = Directory
        .EnumerateFiles(ModuleFolder.Binaries, "*.dll", SearchOption.AllDirectories)
        .ToDictionary(Path.GetFileNameWithoutExtension, path => path, StringComparer.OrdinalIgnoreCase);

    private static int Registered;

    internal static void Register()
    {
        // Once per process, because other runspaces may still use the module when one removes it.
        if (Interlocked.Exchange(ref Registered, 1) == 0)
        {
            AppDomain.CurrentDomain.AssemblyResolve += Resolve;
        }
    }

    private static Assembly? Resolve(object? sender, ResolveEventArgs request)
    {
        var name = new AssemblyName(request.Name).Name;
        return AssemblyIdentity.IsOurs(name, request.RequestingAssembly?.Location, ModuleFolder.Binaries, Ours.Keys)
            ? Assembly.LoadFrom(Ours[name!])
            : null;
    }
}
#endif
