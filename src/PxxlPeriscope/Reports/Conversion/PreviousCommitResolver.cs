namespace PxxlPeriscope.Reports.Conversion;

/// <summary>
/// Finds the commit that was deployed before, where that is known for sure; a wrong one would link the pull requests of months to one
/// deployment. (docs/facts/periscope-api.md, "Previous commit".)
/// </summary>
internal sealed class PreviousCommitResolver
{
    private readonly Dictionary<(string? Service, string Environment), List<SuccessfulRelease>> _successes = [];

    /// <param name="known">What earlier runs knew.</param>
    /// <param name="current">What was read now; it is the truth also about what earlier runs knew.</param>
    /// <param name="toRelease">Reads the release that a deployment was.</param>
    internal PreviousCommitResolver(
        IEnumerable<SuccessfulRelease> known,
        IReadOnlyDictionary<string, Deployment> current,
        Func<Deployment, SuccessfulRelease?> toRelease
    )
    {
        foreach (
            var release in known
                .Where(release => !current.ContainsKey(release.DeploymentId))
                .Concat(current.Values.Select(toRelease).OfType<SuccessfulRelease>())
        )
        {
            var key = (release.Service, release.Environment);
            if (!_successes.TryGetValue(key, out var list))
            {
                _successes.Add(key, list = []);
            }

            list.Add(release);
        }

        foreach (var list in _successes.Values)
        {
            list.Sort((left, right) => (left.CompletedAt, left.StartedAt).CompareTo((right.CompletedAt, right.StartedAt)));
        }
    }

    /// <summary>The last success of each service and environment.</summary>
    internal IEnumerable<SuccessfulRelease> Latest => _successes.Values.Select(list => list[list.Count - 1]);

    /// <summary>The report with the commit before it; as it is where nobody can be sure.</summary>
    internal DeploymentReport FillPreviousCommit(DeploymentReport report, Deployment deployment)
    {
        // Previews of different branches share one environment, and nothing is deployed over anything.
        if (
            report.Status != ReportStatus.Success
            || report.Environment == "preview"
            || !_successes.TryGetValue((report.Service, report.Environment), out var list)
        )
        {
            return report;
        }

        var index = list.FindIndex(release => release.DeploymentId == deployment.Id);
        if (index <= 0)
        {
            return report;
        }

        var (previous, current) = (list[index - 1], list[index]);
        var isCertain =
            previous.CommitSha is not null
            // Two projects under one service name deploy over each other only by mistake.
            && previous.ProjectId == current.ProjectId
            // Times that were derived do not tell which of two that ran at once was live first.
            && (previous.CompletedAt <= current.StartedAt || (previous.IsExact && current.IsExact));
        return isCertain ? report with { PreviousCommitSha = previous.CommitSha } : report;
    }
}
