using PxxlPeriscope.Http;

namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>Opens the resilient HttpClient, and with its first use loads the assembly that makes it.</summary>
internal static class HttpAssemblyLoader
{
    private static readonly Lazy<Type> ClientSourceType = new(() =>
        IsolatedAssemblies.LoadType("PxxlPeriscope.Http", "PxxlPeriscope.Http.ResilientHttpClientSource")
    );

    internal static IHttpClientSource Open(HttpClientSettings settings) =>
        IsolatedAssemblies.Create<IHttpClientSource>(ClientSourceType.Value, settings);
}
