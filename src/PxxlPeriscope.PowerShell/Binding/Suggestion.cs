namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Something that can be completed: what is typed, under which texts it is found, and what is told of it.</summary>
/// <param name="Text">What goes into the command line.</param>
/// <param name="Tip">What is told of it.</param>
internal sealed record Suggestion(string Text, string Tip);
