using System.Net;
using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using PxxlPeriscope.Webhooks.Receiving;

namespace PxxlPeriscope.Server;

/// <summary>Adapts the request features of Kestrel.</summary>
internal sealed class KestrelRequest(IFeatureCollection features) : IWebRequest
{
    private const int ChunkBytes = 16 * 1024;

    private readonly IHttpRequestFeature _request = features.Get<IHttpRequestFeature>()!;
    private readonly IHttpConnectionFeature _connection = features.Get<IHttpConnectionFeature>()!;

    /// <summary>Why Kestrel itself rejects the request. Kestrel derives the status of the response from this exception.</summary>
    public ExceptionDispatchInfo? Rejection { get; private set; }

    public string Method => _request.Method;

    public string Path => _request.Path;

    public IPEndPoint LocalEndPoint => new(_connection.LocalIpAddress ?? IPAddress.None, _connection.LocalPort);

    public IPAddress? RemoteAddress => _connection.RemoteIpAddress;

    public long? ContentLength => long.TryParse(string.Concat(GetHeader("Content-Length")), out var length) ? length : null;

    public IReadOnlyList<string> GetHeader(string name) => _request.Headers[name].ToArray()!;

    public async Task<byte[]?> ReadBodyAsync(int maximumBytes, CancellationToken cancellationToken)
    {
        // Reading the body from Kestrel cannot be canceled; aborting the connection ends it.
        using var abort = cancellationToken.Register(features.Get<IHttpRequestLifetimeFeature>()!.Abort);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return await ReadToEndAsync(maximumBytes).ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception)
        {
            Rejection = ExceptionDispatchInfo.Capture(exception);
            throw new WebRequestException(exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            throw new WebRequestException(
                cancellationToken.IsCancellationRequested ? "The body was not received in time." : exception.Message,
                exception
            );
        }
    }

    /// <summary>The buffer grows with the received data, not with the announced length.</summary>
    private async Task<byte[]?> ReadToEndAsync(int maximumBytes)
    {
        var bytes = new byte[Math.Min(ContentLength ?? ChunkBytes, ChunkBytes)];
        var length = 0;
        while (true)
        {
            if (length == bytes.Length)
            {
                var isEnd = length == ContentLength;
                Array.Resize(ref bytes, isEnd ? length + 1 : Math.Max(2 * length, ChunkBytes));
            }

#if NET
            var read = await _request.Body.ReadAsync(bytes.AsMemory(length)).ConfigureAwait(false);
#else
            var read = await _request.Body.ReadAsync(bytes, length, bytes.Length - length).ConfigureAwait(false);
#endif
            if (read == 0)
            {
                Array.Resize(ref bytes, length);
                return bytes;
            }

            length += read;
            if (length > maximumBytes)
            {
                return null;
            }
        }
    }
}
