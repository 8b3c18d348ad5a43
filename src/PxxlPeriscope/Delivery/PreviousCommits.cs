namespace PxxlPeriscope;

/// <summary>
/// Finds the commit that was deployed before, where that is known for sure; a wrong one would link the pull requests of months to one
/// deployment. (Fact sheet Periscope, section (i), on wrong lead times.)
/// </summary>
internal sealed class PreviousCommits
{
    private readonly Dictionary<(string? Service, string Environment), List<LastSuccess>> _successes = [];

    /// <param name="before">What earlier runs knew.</param>
    /// <param name="now">What was read now; it is the truth also about what earlier runs knew.</param>
    /// <param name="success">Reads the release that a deployment was.</param>
    internal PreviousCommits(IEnumerable<LastSuccess> before, IReadOnlyDictionary<string, Deployment> now, Func<Deployment, LastSuccess?> success)
    {
        foreach (var known in before.Where(known => !now.ContainsKey(known.DeploymentId)).Concat(now.Values.Select(success).OfType<LastSuccess>()))
        {
            var key = (known.Service, known.Environment);
            if (!_successes.TryGetValue(key, out var list))
            {
                _successes.Add(key, list = []);
            }

            list.Add(known);
        }

        foreach (var list in _successes.Values)
        {
            list.Sort((left, right) => (left.CompletedAt, left.StartedAt).CompareTo((right.CompletedAt, right.StartedAt)));
        }
    }

    /// <summary>The last success of each service and environment.</summary>
    internal IEnumerable<LastSuccess> Latest => _successes.Values.Select(list => list[list.Count - 1]);

    /// <summary>The report with the commit before it; as it is where nobody can be sure.</summary>
    internal DeploymentReport Complete(DeploymentReport report, Deployment deployment)
    {
        // Previews of different branches share one environment, and nothing is deployed over anything.
        if (report.Status != ReportStatus.Success || report.Environment == "preview" || !_successes.TryGetValue((report.Service, report.Environment), out var list))
        {
            return report;
        }

        var index = list.FindIndex(success => success.DeploymentId == deployment.Id);
        if (index <= 0)
        {
            return report;
        }

        var (previous, here) = (list[index - 1], list[index]);
        var isSure = previous.CommitSha is not null
            // Two projects under one service name deploy over each other only by mistake.
            && previous.ProjectId == here.ProjectId
            // Times that were derived do not tell which of two that ran at once was live first.
            && (previous.CompletedAt <= here.StartedAt || (previous.IsExact && here.IsExact));
        return isSure ? report with { PreviousCommitSha = previous.CommitSha } : report;
    }
}
