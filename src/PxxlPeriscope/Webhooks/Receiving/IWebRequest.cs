using System.Net;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>A request whose headers were received. Passed out of the isolated load context.</summary>
public interface IWebRequest
{
    /// <summary>The method, unchanged.</summary>
    string Method { get; }

    /// <summary>The path, decoded and without the query.</summary>
    string Path { get; }

    /// <summary>The local address and port of the connection.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>The address of the sender, or of the proxy in front of the receiver.</summary>
    IPAddress? RemoteAddress { get; }

    /// <summary>The announced length of the body; null for a chunked body.</summary>
    long? ContentLength { get; }

    /// <summary>Returns all values of a header, including repeated ones.</summary>
    IReadOnlyList<string> GetHeader(string name);

    /// <summary>Reads the complete body.</summary>
    /// <param name="maximumBytes">The maximum size.</param>
    /// <param name="cancellationToken">Aborts the connection.</param>
    /// <returns>The body; null if it is larger than the maximum.</returns>
    /// <exception cref="WebRequestException">The body is malformed or too slow, or the connection was closed.</exception>
    Task<byte[]?> ReadBodyAsync(int maximumBytes, CancellationToken cancellationToken);
}
