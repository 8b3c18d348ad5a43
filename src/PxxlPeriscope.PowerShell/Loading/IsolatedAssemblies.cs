using System.Reflection;

namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>
/// What is loaded apart from other modules' assemblies, each with its first use. All of it lies in one folder and, on .NET, in one load
/// context: the packages that two of our assemblies share are the same files, and are loaded once.
/// </summary>
internal static class IsolatedAssemblies
{
#if NET
    /// <summary>One for the process, however many runspaces have imported the module.</summary>
    private static readonly Lazy<IsolatedLoadContext> Context = new(() => IsolatedLoadContext.Create(ModuleFolder.Isolated));
#endif

    /// <summary>Makes an object of a type in one of them.</summary>
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

    /// <summary>Loads an assembly and finds a type in it.</summary>
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
