using System.Reflection;

namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>
/// The assemblies that are isolated from those of other modules, each loaded on first use. All of them are in one folder and, on .NET, in
/// one load context, so packages that two of our assemblies share are loaded once.
/// </summary>
internal static class IsolatedAssemblies
{
#if NET
    /// <summary>One context per process, for all runspaces that import the module.</summary>
    private static readonly Lazy<IsolatedLoadContext> Context = new(() => IsolatedLoadContext.Create(ModuleFolder.Isolated));
#endif

    /// <summary>Creates an object of a type in an isolated assembly.</summary>
    internal static T Create<T>(Type type, params object[] arguments)
    {
        try
        {
            return (T)Activator.CreateInstance(type, arguments)!;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            throw exception.InnerException;
        }
    }

    /// <summary>Loads an assembly and returns a type of it.</summary>
    internal static Type LoadType(string assembly, string type)
    {
        var path = Path.Combine(ModuleFolder.Isolated, assembly + ".dll");
#if NET
        return Context.Value.LoadFromAssemblyPath(path).GetType(type, throwOnError: true)!;
#else
        return Assembly.LoadFrom(path).GetType(type, throwOnError: true)!;
#endif
    }
}
