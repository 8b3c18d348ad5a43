using System.Buffers;
using System.Net.Http.Headers;
using PxxlPeriscope.Compatibility;

namespace PxxlPeriscope.Http;

/// <summary>Reads a whole body within a size limit, as part of the attempt.</summary>
internal static class ResponseBodyReader
{
    private const int ExcerptLength = 512;
    private const long InitialCapacity = 64 * 1024;
    private const long MaxInitialCapacity = 1024 * 1024;

    /// <exception cref="IncompleteResponseException">The body ended prematurely.</exception>
    /// <exception cref="InvalidDataException">The body is larger than the limit.</exception>
    internal static async Task ReadAsync(HttpResponseMessage response, int maximumBytes, CancellationToken cancellationToken)
    {
        // The announced length only determines the initial size: it may be absent, refer to the compressed body, or be false.
        var bytes = ArrayPool<byte>.Shared.Rent(
            (int)Math.Min(response.Content.Headers.ContentLength ?? InitialCapacity, MaxInitialCapacity) + 1
        );
        var length = 0;
        try
        {
            using var body = await OpenAsync(response, cancellationToken).ConfigureAwait(false);
            int read;
            while ((read = await body.ReadAsync(bytes, length, cancellationToken).ConfigureAwait(false)) > 0)
            {
                length += read;
                if (length > maximumBytes)
                {
                    throw new InvalidDataException($"It is larger than {maximumBytes / 1024 / 1024} MiB.");
                }

                if (length == bytes.Length)
                {
                    bytes = Grow(bytes);
                }
            }

            var whole = new BufferedContent(bytes.AsSpan(0, length).ToArray());
            CopyHeaders(response.Content.Headers, whole.Headers);
            response.Content.Dispose();
            response.Content = whole;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new IncompleteResponseException(
                (int)response.StatusCode,
                bytes.AsSpan(0, Math.Min(length, ExcerptLength)).ToArray(),
                exception
            );
        }
        finally
        {
            // Cleared so that response data is not visible to other users of the pool.
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    private static byte[] Grow(byte[] bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(bytes.Length * 2);
        bytes.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        return larger;
    }

    private static void CopyHeaders(HttpContentHeaders from, HttpContentHeaders to)
    {
        foreach (var header in from.Where(header => header.Key is not ("Content-Length" or "Content-Encoding")))
        {
            to.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    private static Task<Stream> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
#if NET
        return response.Content.ReadAsStreamAsync(cancellationToken);
#else
        cancellationToken.ThrowIfCancellationRequested();
        return response.Content.ReadAsStreamAsync();
#endif
    }
}
