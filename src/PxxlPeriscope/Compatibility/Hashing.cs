using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace PxxlPeriscope.Compatibility;

/// <summary>SHA-256, hexadecimal conversion and fixed-time comparison, using the methods of the platform if available.</summary>
internal static class Hashing
{
    internal static byte[] Sha256(byte[] data)
    {
#if NET
        return SHA256.HashData(data);
#else
        using var sha = SHA256.Create();
        return sha.ComputeHash(data);
#endif
    }

    internal static byte[] HmacSha256(byte[] key, byte[] data)
    {
#if NET
        return HMACSHA256.HashData(key, data);
#else
        using var hmac = new HMACSHA256(key);
        return hmac.ComputeHash(data);
#endif
    }

    internal static string ToLowerHex(byte[] bytes) => string.Concat(bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));

    /// <summary>Returns null if the text is not hexadecimal.</summary>
    internal static byte[]? FromHex(string text)
    {
        var bytes = new byte[text.Length / 2];
        for (var i = 0; i < text.Length; i++)
        {
            var digit = text[i] switch
            {
                >= '0' and <= '9' and var c => c - '0',
                >= 'a' and <= 'f' and var c => c - 'a' + 10,
                >= 'A' and <= 'F' and var c => c - 'A' + 10,
                _ => -1,
            };
            if (digit < 0 || text.Length % 2 != 0)
            {
                return null;
            }

            bytes[i / 2] |= (byte)(i % 2 == 0 ? digit << 4 : digit);
        }

        return bytes;
    }

    /// <summary>Compares in constant time, so that the duration does not reveal where the values differ.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    internal static bool FixedTimeEquals(byte[] left, byte[] right)
    {
#if NET
        return CryptographicOperations.FixedTimeEquals(left, right);
#else
        // The .NET Framework has no such method. Every byte is compared; only the lengths, which are not secret, can end the comparison
        // early.
        if (left.Length != right.Length)
        {
            return false;
        }

        var difference = 0;
        for (var i = 0; i < left.Length; i++)
        {
            difference |= left[i] ^ right[i];
        }

        return difference == 0;
#endif
    }
}
