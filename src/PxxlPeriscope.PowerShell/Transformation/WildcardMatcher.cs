using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Provides PowerShell wildcards for the filters of the library.</summary>
internal static class WildcardMatcher
{
    /// <summary>Returns a function that tells whether any pattern matches, ignoring case; null if there are no patterns.</summary>
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
