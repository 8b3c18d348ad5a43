using System.Net.Http.Headers;

namespace PxxlPeriscope.Http;

/// <summary>Reads a whole body within a size limit, so that it counts as part of its attempt.</summary>
internal static class BufferedBody
{
    private const int BeginningLength = 512;

    /// <exception cref="CutShortException">The body broke off.</exception>
    /// <exception cref="InvalidDataException">It is larger than the limit.</exception>
    internal static async Task ReadAsync(HttpResponseMessage response, int maximumBytes, CancellationToken cancellationToken)
    {
        var announced = response.Content.Headers.ContentLength;
        using var buffer = new MemoryStream((int)Math.Min(announced ?? 16 * 1024, Math.Min(maximumBytes, 1024 * 1024)));
        try
        {
            using var body = await OpenAsync(response, cancellationToken).ConfigureAwait(false);
            var chunk = new byte[16 * 1024];
            int read;
            while ((read = await ReadAsync(body, chunk, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (buffer.Length + read > maximumBytes)
                {
                    throw new InvalidDataException($"The answer is larger than {maximumBytes / 1024 / 1024} MiB.");
                }

                buffer.Write(chunk, 0, read);
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw new CutShortException((int)response.StatusCode, [.. buffer.ToArray().Take(BeginningLength)], broken);
        }

        var whole = new ByteArrayContent(buffer.ToArray());
        Copy(response.Content.Headers, whole.Headers);
        response.Content.Dispose();
        response.Content = whole;
    }

    private static void Copy(HttpContentHeaders from, HttpContentHeaders to)
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

    private static ValueTask<int> ReadAsync(Stream stream, byte[] chunk, CancellationToken cancellationToken)
    {
#if NET
        return stream.ReadAsync(chunk, cancellationToken);
#else
        return new ValueTask<int>(stream.ReadAsync(chunk, 0, chunk.Length, cancellationToken));
#endif
    }
}
