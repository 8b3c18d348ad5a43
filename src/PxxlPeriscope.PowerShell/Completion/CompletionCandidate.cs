namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Something that can be completed.</summary>
/// <param name="Text">What goes into the command line.</param>
/// <param name="ToolTip">What is told of it.</param>
/// <param name="AlternativeText">Other beginnings under which it is found: an id by the name that goes with it.</param>
internal sealed record CompletionCandidate(string Text, string ToolTip, params string?[] AlternativeText)
{
    /// <summary>
    /// Whether it is meant by what was typed, and can be typed itself: what a service calls its things may have characters in it that a
    /// terminal obeys.
    /// </summary>
    internal bool Matches(string typed) =>
        Text.Length > 0
        && !Text.Any(char.IsControl)
        && (
            StartsWith(Text, typed)
            || (typed.Length > 0 && AlternativeText.Any(alternative => alternative is not null && StartsWith(alternative, typed)))
        );

    private static bool StartsWith(string text, string typed) => text.StartsWith(typed, StringComparison.OrdinalIgnoreCase);
}
