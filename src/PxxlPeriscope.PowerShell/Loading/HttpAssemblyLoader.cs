using System.Reflection;
using PxxlPeriscope.Http;

namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>Opens the resilient HttpClient, and with its first use loads the assembly that makes it.</summary>
internal static class HttpAssemblyLoader
{
    private const string AssemblyName = "PxxlPeriscope.Http";
    private const string TypeName = "PxxlPeriscope.Http.ResilientHttpClientSource";

    /// <summary>One for the process, however many runspaces have imported the module.</summary>
    private static readonly Lazy<Type> ClientSourceType = new(() => Load().GetType(TypeName, throwOnError: true)!);

    internal static IHttpClientSource Open(HttpClientSettings settings)
    {
        try
        {
            return (IHttpClientSource)Activator.CreateInstance(ClientSourceType.Value, settings)!;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            throw exception.InnerException;
        }
    }

    private static Assembly Load()
    {
#if NET
        return IsolatedLoadContext
            .Create(ModuleFolder.Isolated)
            .LoadFromAssemblyPath(Path.Combine(ModuleFolder.Isolated, AssemblyName + ".dll"));
#else
        return Assembly.LoadFrom(Path.Combine(ModuleFolder.Isolated, AssemblyName + ".dll"));
#endif
    }
}
