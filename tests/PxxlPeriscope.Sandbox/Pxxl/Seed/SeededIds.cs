namespace PxxlPeriscope.Sandbox.Pxxl.Seed;

/// <summary>Creates random identifiers from a seed, in the format of the samples: a prefix and 20 lowercase alphanumerics.</summary>
internal static class SeededIds
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const string HexDigits = "0123456789abcdef";

    public static string NextId(this Random random, string prefix) => prefix + random.NextText(Alphabet, 20);

    public static string NextHex(this Random random, int digits) => random.NextText(HexDigits, digits);

    public static T Pick<T>(this Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    /// <summary>Returns true for the given fraction of calls.</summary>
    public static bool Happens(this Random random, double share) => random.NextDouble() < share;

    private static string NextText(this Random random, string alphabet, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)]));
}
