using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Webhooks.Signatures;

/// <summary>
/// A file of accepted signatures, so that none is accepted twice. Several processes may share one file. It holds at most
/// <see cref="Capacity"/> signatures and removes the oldest. It contains neither bodies nor secrets.
/// </summary>
/// <param name="path">The file. It is created if it does not exist.</param>
public sealed class ReplayGuard(string path)
{
    /// <summary>The maximum number of signatures, which take 2 MiB.</summary>
    public const int Capacity = 65_536;

    private const int SignatureLength = 32;
    private static readonly byte[] Magic = [(byte)'P', (byte)'X', (byte)'X', (byte)'L', (byte)'S', (byte)'E', (byte)'E', (byte)'N'];

    /// <summary>Records a signature; returns false if it was already recorded.</summary>
    /// <exception cref="IOException">The file has another format, cannot be written, or is held by another process for too
    /// long.</exception>
    public Task<bool> RememberAsync(byte[] signature, CancellationToken cancellationToken = default) =>
        CheckAndAddAsync(signature, remember: true, cancellationToken);

    /// <summary>Whether a signature is recorded.</summary>
    /// <exception cref="IOException">Same as for <see cref="RememberAsync"/>.</exception>
    internal async Task<bool> ContainsAsync(byte[] signature, CancellationToken cancellationToken) =>
        !await CheckAndAddAsync(signature, remember: false, cancellationToken).ConfigureAwait(false);

    private async Task<bool> CheckAndAddAsync(byte[] signature, bool remember, CancellationToken cancellationToken)
    {
        using var held = await FileLock.AcquireAsync(path, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        var file = held.File;
        var header = new byte[Magic.Length];
        if (file.Length > 0 && (ReadFully(file, header) != header.Length || !header.SequenceEqual(Magic)))
        {
            throw new IOException($"'{path}' is not a replay guard file. The file was not changed; specify another path.");
        }

        // An incomplete record left by a crash is ignored.
        var seen = new byte[(Math.Max(0, file.Length - Magic.Length)) / SignatureLength * SignatureLength];
        ReadFully(file, seen);
        for (var offset = 0; offset < seen.Length; offset += SignatureLength)
        {
            if (seen.AsSpan(offset, SignatureLength).SequenceEqual(signature))
            {
                return false;
            }
        }

        if (!remember)
        {
            return true;
        }

        var isNew = file.Length == 0;
        if (isNew)
        {
            file.Write(Magic, 0, Magic.Length);
        }

        var isFull = seen.Length >= Capacity * SignatureLength;
        if (isFull)
        {
            // Half of the records are removed at a time, so that a full file is not rewritten for each new signature.
            seen = [.. seen.Skip(seen.Length / 2)];
            file.Position = Magic.Length;
            file.Write(seen, 0, seen.Length);
        }

        file.Position = Magic.Length + seen.Length;
        file.Write(signature, 0, SignatureLength);
        DurableFile.Flush(file);
        if (isNew)
        {
            DurableFile.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }

        if (isFull)
        {
            // Done last: a crash before this leaves too many records, never too few.
            file.SetLength(file.Position);
        }

        return true;
    }

    private static int ReadFully(FileStream file, byte[] bytes)
    {
        var length = 0;
        for (int read; length < bytes.Length && (read = file.Read(bytes, length, bytes.Length - length)) > 0; )
        {
            length += read;
        }

        return length;
    }
}
