using System.Net;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// The HTTP server behind a <see cref="WebhookListener"/>. It crosses into the isolated load context, so only BCL types and this library's own
/// appear in it.
/// </summary>
public interface IWebServer
{
    /// <summary>Binds its prefixes, and from then on answers each request with the status that the handler gives it and an empty body.</summary>
    /// <param name="handler">Called on any thread, for many requests at once.</param>
    /// <exception cref="IOException">A prefix is in use or not allowed. None of them is bound then.</exception>
    Task StartAsync(Func<IWebRequest, Task<HttpStatusCode>> handler);

    /// <summary>
    /// Takes no further connection and no further request, waits for those that the handler has, and closes every connection. What the handler
    /// has answered by then is sent.
    /// </summary>
    /// <param name="grace">How long to wait; then the connections are broken off.</param>
    Task StopAsync(TimeSpan grace);
}
