using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>PowerShell's own wildcards, for the library's filters.</summary>
internal static class WildcardMatcher
{
    /// <summary>Whether any of the patterns matches, in any case; null when there are none.</summary>
    internal static Func<string, bool>? Compile(string[]? patterns)
    {
        if (patterns is null)
        {
            return null;
        }

        var compiled = Array.ConvertAll(patterns, pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase));
        return text => Array.Exists(compiled, pattern => pattern.IsMatch(text));
    }
}
