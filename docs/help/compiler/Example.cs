namespace PxxlPeriscope.Help;

/// <summary>An example.</summary>
/// <param name="Title">What it does.</param>
/// <param name="Code">Commands, and below them what they show.</param>
/// <param name="Remarks">Paragraphs.</param>
/// <param name="Line">Where it begins.</param>
internal sealed record Example(string Title, string Code, IReadOnlyList<string> Remarks, int Line);
