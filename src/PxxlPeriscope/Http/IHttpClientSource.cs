namespace PxxlPeriscope.Http;

/// <summary>
/// Creates HttpClients that log, retry and authorize. This is the only interface across the boundary of the isolated load context, so it
/// uses only BCL types and types of this library.
/// </summary>
public interface IHttpClientSource : IDisposable
{
    /// <summary>Creates a client for one or more calls. Connections are pooled.</summary>
    HttpClient CreateClient();
}
