namespace PxxlPeriscope.Help;

/// <summary>Something wrong with the help, printed in the form in which MSBuild and editors recognize a place.</summary>
internal sealed record HelpProblem(string File, int Line, string Text)
{
    public override string ToString() => $"{File}({Line}): error HELP: {Text}";
}
