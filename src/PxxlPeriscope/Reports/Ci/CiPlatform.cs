namespace PxxlPeriscope.Reports.Ci;

/// <summary>A CI platform: how to detect its jobs, and which of its variables contain the values of a report.</summary>
internal sealed class CiPlatform
{
    /// <summary>The name that users know the platform by.</summary>
    internal required string Name { get; init; }

    /// <summary>Whether the variables are those of a job on this platform.</summary>
    internal required Func<CiVariables, bool> IsMatch { get; init; }

    /// <summary>Templates with variables (<see cref="CiVariables.Expand"/>) for each property, best first.</summary>
    internal required IReadOnlyDictionary<string, string[]> Sources { get; init; }

    /// <summary>
    /// Whether the job's commit is a temporary merge that the platform made to test a pull request. It is in no history, so Periscope
    /// cannot find a pull request by it.
    /// </summary>
    internal required Func<CiVariables, bool> IsEphemeralMerge { get; init; }

    /// <summary>
    /// Templates that replace <see cref="Sources"/> for a temporary merge: they return the commit of the pull request's author.
    /// </summary>
    internal required IReadOnlyDictionary<string, string[]> HeadSources { get; init; }

    /// <summary>How to specify the status, which no variable contains.</summary>
    internal required string StatusAdvice { get; init; }

    /// <summary>Returns the templates for a property; empty if there are none.</summary>
    internal IReadOnlyList<string> GetSources(string field, bool isThrowAwayMerge)
    {
        var isOfCommit =
            field is nameof(DeploymentReport.CommitSha) or nameof(DeploymentReport.Branch) or nameof(DeploymentReport.PreviousCommitSha);
        return (isThrowAwayMerge && isOfCommit ? HeadSources : Sources).TryGetValue(field, out var sources) ? sources : [];
    }
}
