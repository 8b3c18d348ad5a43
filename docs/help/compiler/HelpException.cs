namespace PxxlPeriscope.Help;

/// <summary>Thrown when a page cannot be parsed.</summary>
internal sealed class HelpException(HelpProblem problem) : Exception(problem.Text)
{
    internal HelpProblem Problem => problem;
}
