namespace PxxlPeriscope.Help;

/// <summary>A problem in a help page, formatted so that MSBuild and editors recognize its location.</summary>
internal sealed record HelpProblem(string File, int Line, string Text)
{
    public override string ToString() => $"{File}({Line}): error HELP: {Text}";
}
