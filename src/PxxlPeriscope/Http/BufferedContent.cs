using System.Net;

namespace PxxlPeriscope.Http;

/// <summary>A body that was already read. The buffering of HttpContent would copy it twice more for each reader.</summary>
internal sealed class BufferedContent(byte[] bytes) : HttpContent
{
    internal byte[] Bytes { get; } = bytes;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(Bytes, 0, Bytes.Length);

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = Bytes.Length;
        return true;
    }
}
