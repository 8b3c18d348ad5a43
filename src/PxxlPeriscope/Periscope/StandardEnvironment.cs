namespace PxxlPeriscope.Periscope;

/// <summary>The standard environments of Periscope, which also accepts any other name. (docs/facts/periscope-api.md, "Report".)</summary>
internal static class StandardEnvironment
{
    internal const string Production = "production";

    private static readonly string[] Words = [Production, "staging", "development", "preview", "test"];

    /// <summary>
    /// Returns the canonical spelling of a standard environment. Periscope would treat <c>Production</c> as a separate environment that
    /// counts in no metric.
    /// </summary>
    internal static string Normalize(string word) =>
        Array.Find(Words, standard => string.Equals(standard, word, StringComparison.OrdinalIgnoreCase)) ?? word;
}
