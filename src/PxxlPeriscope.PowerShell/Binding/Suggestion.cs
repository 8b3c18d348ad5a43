namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Something that can be completed.</summary>
/// <param name="Text">What goes into the command line.</param>
/// <param name="Tip">What is told of it.</param>
/// <param name="Also">Other beginnings under which it is found: an id by the name that goes with it.</param>
internal sealed record Suggestion(string Text, string Tip, params string?[] Also)
{
    /// <summary>
    /// Whether it is meant by what was typed, and can be typed itself: what a service calls its things may have characters in it that a
    /// terminal obeys.
    /// </summary>
    internal bool IsFor(string typed) =>
        Text.Length > 0 && !Text.Any(char.IsControl) && (Begins(Text, typed) || (typed.Length > 0 && Also.Any(also => also is not null && Begins(also, typed))));

    private static bool Begins(string text, string typed) => text.StartsWith(typed, StringComparison.OrdinalIgnoreCase);
}
