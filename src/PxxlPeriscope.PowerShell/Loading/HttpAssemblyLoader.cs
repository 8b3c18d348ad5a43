using PxxlPeriscope.Http;

namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>Creates the resilient HttpClient, and loads its assembly on first use.</summary>
internal static class HttpAssemblyLoader
{
    private static readonly Lazy<Type> ClientSourceType = new(() =>
        IsolatedAssemblies.LoadType("PxxlPeriscope.Http", "PxxlPeriscope.Http.ResilientHttpClientSource")
    );

    internal static IHttpClientSource Open(HttpClientSettings settings) =>
        IsolatedAssemblies.Create<IHttpClientSource>(ClientSourceType.Value, settings);
}
