namespace PxxlPeriscope.Help;

/// <summary>An example of a help page.</summary>
/// <param name="Title">The title.</param>
/// <param name="Code">The commands, followed by their output.</param>
/// <param name="Remarks">The paragraphs of the explanation.</param>
/// <param name="Line">The line where the example starts.</param>
internal sealed record Example(string Title, string Code, IReadOnlyList<string> Remarks, int Line);
