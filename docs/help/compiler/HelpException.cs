namespace PxxlPeriscope.Help;

/// <summary>A page that cannot be read on.</summary>
internal sealed class HelpException(HelpProblem problem) : Exception(problem.Text)
{
    internal HelpProblem Problem => problem;
}
