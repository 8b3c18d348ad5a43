namespace PxxlPeriscope.Compatibility;

/// <summary>Stream.ReadAsync with the best overload of each target framework.</summary>
internal static class StreamExtensions
{
    internal static ValueTask<int> ReadAsync(this Stream stream, byte[] bytes, int offset, CancellationToken cancellationToken)
    {
#if NET
        return stream.ReadAsync(bytes.AsMemory(offset), cancellationToken);
#else
        return new ValueTask<int>(stream.ReadAsync(bytes, offset, bytes.Length - offset, cancellationToken));
#endif
    }
}
