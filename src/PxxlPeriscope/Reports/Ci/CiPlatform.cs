namespace PxxlPeriscope.Reports.Ci;

/// <summary>A CI platform: by what a job of it is known, and which of its variables say what a report needs.</summary>
internal sealed class CiPlatform
{
    /// <summary>As its users call it.</summary>
    internal required string Name { get; init; }

    /// <summary>Whether the variables are those of a job of it.</summary>
    internal required Func<CiVariables, bool> IsMatch { get; init; }

    /// <summary>Texts with variables (<see cref="CiVariables.Expand"/>) by the property they are for, the best first.</summary>
    internal required IReadOnlyDictionary<string, string[]> Sources { get; init; }

    /// <summary>
    /// Whether the job's commit is a merge that the platform made for trying a pull request, and throws away: it is in no history, and so
    /// Periscope finds no pull request by it.
    /// </summary>
    internal required Func<CiVariables, bool> IsEphemeralMerge { get; init; }

    /// <summary>What takes the place of <see cref="Sources"/> then: the commit that the pull request's author made.</summary>
    internal required IReadOnlyDictionary<string, string[]> HeadSources { get; init; }

    /// <summary>How to give the status, where no variable has it.</summary>
    internal required string StatusAdvice { get; init; }

    /// <summary>The texts for a property, and none where there are none.</summary>
    internal IReadOnlyList<string> GetSources(string field, bool isThrowAwayMerge)
    {
        var isOfCommit =
            field is nameof(DeploymentReport.CommitSha) or nameof(DeploymentReport.Branch) or nameof(DeploymentReport.PreviousCommitSha);
        return (isThrowAwayMerge && isOfCommit ? HeadSources : Sources).TryGetValue(field, out var sources) ? sources : [];
    }
}
