using System.Net;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>A request whose head has come. It crosses out of the isolated load context.</summary>
public interface IWebRequest
{
    /// <summary>The method, as it was sent.</summary>
    string Method { get; }

    /// <summary>The path, decoded and without a query.</summary>
    string Path { get; }

    /// <summary>The address and port at which the request arrived.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>The address of the sender, or of the proxy before it.</summary>
    IPAddress? RemoteAddress { get; }

    /// <summary>The announced length of the body; null for a body in chunks.</summary>
    long? ContentLength { get; }

    /// <summary>Every value of a header, as often as it came.</summary>
    IReadOnlyList<string> GetHeader(string name);

    /// <summary>Reads the body to its end.</summary>
    /// <param name="maximumBytes">The largest that is read.</param>
    /// <param name="cancellationToken">Breaks the connection off.</param>
    /// <returns>The body; null when it is larger than that.</returns>
    /// <exception cref="WebRequestException">It is malformed or too slow, or the connection ended.</exception>
    Task<byte[]?> ReadBodyAsync(int maximumBytes, CancellationToken cancellationToken);
}
