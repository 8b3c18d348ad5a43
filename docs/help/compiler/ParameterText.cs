namespace PxxlPeriscope.Help;

/// <summary>The description of a parameter in a page.</summary>
/// <param name="Name">The name without the hyphen.</param>
/// <param name="Text">The paragraphs of the description.</param>
/// <param name="Default">The default value; null if the page does not specify one.</param>
/// <param name="Line">The line where the description starts.</param>
internal sealed record ParameterText(string Name, IReadOnlyList<string> Text, string? Default, int Line);
