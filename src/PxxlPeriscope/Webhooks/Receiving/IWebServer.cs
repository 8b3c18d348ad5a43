using System.Net;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// The HTTP server of a <see cref="WebhookListener"/>. Passed into the isolated load context, so it only uses types of .NET and of this
/// library.
/// </summary>
public interface IWebServer
{
    /// <summary>
    /// Binds the prefixes. From then on each request is answered with the status that the handler returns and an empty body.
    /// </summary>
    /// <param name="handler">Called on any thread, also concurrently.</param>
    /// <exception cref="IOException">A prefix is in use or not allowed. No prefix is bound in this case.</exception>
    Task StartAsync(Func<IWebRequest, Task<HttpStatusCode>> handler);

    /// <summary>
    /// Stops accepting connections and requests, waits for the requests that the handler is processing, and closes all connections.
    /// Responses of the handler up to then are sent.
    /// </summary>
    /// <param name="grace">The maximum wait, after which the connections are aborted.</param>
    Task StopAsync(TimeSpan grace);
}
