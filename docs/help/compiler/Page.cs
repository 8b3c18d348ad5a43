namespace PxxlPeriscope.Help;

/// <summary>A parsed help page.</summary>
internal sealed class Page
{
    internal required string File { get; init; }

    /// <summary>The title, which is the name of the cmdlet, and its line.</summary>
    internal required (string Text, int Line) Title { get; init; }

    internal IReadOnlyList<string> Synopsis { get; set; } = [];

    internal IReadOnlyList<string> Description { get; set; } = [];

    internal IReadOnlyList<string> Inputs { get; set; } = [];

    internal IReadOnlyList<string> Outputs { get; set; } = [];

    internal IReadOnlyList<string> Notes { get; set; } = [];

    internal IReadOnlyList<string> Links { get; set; } = [];

    internal IReadOnlyList<Example> Examples { get; set; } = [];

    internal IReadOnlyList<ParameterText> Parameters { get; set; } = [];

    internal HelpProblem Problem(int line, string text) => new(File, line, text);
}
