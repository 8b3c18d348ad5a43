namespace PxxlPeriscope.Help;

/// <summary>What a page says about a parameter.</summary>
/// <param name="Name">Without the hyphen.</param>
/// <param name="Text">Paragraphs.</param>
/// <param name="Default">What counts when it is not given; null when the page does not say.</param>
/// <param name="Line">Where it begins.</param>
internal sealed record ParameterText(string Name, IReadOnlyList<string> Text, string? Default, int Line);
