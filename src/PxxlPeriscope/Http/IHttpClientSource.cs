namespace PxxlPeriscope.Http;

/// <summary>
/// Gives HttpClients that trace, retry and authorize. The one thing that crosses into the isolated load context, so only BCL
/// types and this library's own appear in it.
/// </summary>
public interface IHttpClientSource : IDisposable
{
    /// <summary>A client for one call or for many; connections are pooled behind it.</summary>
    HttpClient CreateClient();
}
