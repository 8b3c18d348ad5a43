namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>A possible completion.</summary>
/// <param name="Text">The text to insert into the command line.</param>
/// <param name="ToolTip">The tooltip.</param>
/// <param name="AlternativeText">Other texts that find it when typed, such as the name that belongs to an id.</param>
internal sealed record CompletionCandidate(string Text, string ToolTip, params string?[] AlternativeText)
{
    /// <summary>
    /// Whether the typed text matches and the completion can be typed. Names from a service may contain control characters that a terminal
    /// interprets.
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
