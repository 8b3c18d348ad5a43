using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Webhooks.Signatures;

/// <summary>
/// A file that remembers the signatures that were accepted, so that none is accepted twice. Several processes may use one file;
/// it never holds more than <see cref="Capacity"/> and then forgets the oldest. Neither a body nor a secret is in it.
/// </summary>
/// <param name="path">The file; it is made when it is not there.</param>
public sealed class ReplayGuard(string path)
{
    /// <summary>How many signatures are remembered: 2 MiB of them.</summary>
    public const int Capacity = 65_536;

    private const int SignatureLength = 32;
    private static readonly byte[] Magic = [(byte)'P', (byte)'X', (byte)'X', (byte)'L', (byte)'S', (byte)'E', (byte)'E', (byte)'N'];

    /// <summary>Remembers a signature; false when it was remembered already.</summary>
    /// <exception cref="IOException">The file is not one of ours, cannot be written, or is held by another process for too long.</exception>
    public Task<bool> RememberAsync(byte[] signature, CancellationToken cancellationToken = default) =>
        CheckAndAddAsync(signature, remember: true, cancellationToken);

    /// <summary>Whether a signature is remembered.</summary>
    /// <exception cref="IOException">As for <see cref="RememberAsync"/>.</exception>
    internal async Task<bool> ContainsAsync(byte[] signature, CancellationToken cancellationToken) =>
        !await CheckAndAddAsync(signature, remember: false, cancellationToken).ConfigureAwait(false);

    private async Task<bool> CheckAndAddAsync(byte[] signature, bool remember, CancellationToken cancellationToken)
    {
        using var held = await FileLock.AcquireAsync(path, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        var file = held.File;
        var header = new byte[Magic.Length];
        if (file.Length > 0 && (ReadFully(file, header) != header.Length || !header.SequenceEqual(Magic)))
        {
            throw new IOException($"'{path}' is not a replay guard's file. It is left as it is; give another path.");
        }

        // A record that a crash cut off is no record.
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
            // Half at a time, so that a full file is not rewritten for each new signature.
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
            // Last: a crash before this leaves too much in the file, and never too little.
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
