namespace PxxlPeriscope.Reports.Conversion;

/// <summary>
/// Finds the previously deployed commit if it is certain. A wrong one would link the pull requests of months to one deployment.
/// (docs/facts/periscope-api.md, "Previous commit".)
/// </summary>
internal sealed class PreviousCommitResolver
{
    private readonly Dictionary<(string? Service, string Environment), List<SuccessfulRelease>> _successes = [];

    /// <param name="known">The releases known from earlier runs.</param>
    /// <param name="current">The deployments read in this run. They replace what earlier runs recorded about them.</param>
    /// <param name="toRelease">Converts a deployment to the release that it made.</param>
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

    /// <summary>The last successful release of each service and environment.</summary>
    internal IEnumerable<SuccessfulRelease> Latest => _successes.Values.Select(list => list[list.Count - 1]);

    /// <summary>Fills in the previous commit, or returns the report unchanged if the commit is not certain.</summary>
    internal DeploymentReport FillPreviousCommit(DeploymentReport report, Deployment deployment)
    {
        // Previews of different branches share one environment and do not replace each other.
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
            // Two projects that deploy to the same service are a configuration error.
            && previous.ProjectId == current.ProjectId
            // Derived times do not tell which of two concurrent deployments went live first.
            && (previous.CompletedAt <= current.StartedAt || (previous.IsExact && current.IsExact));
        return isCertain ? report with { PreviousCommitSha = previous.CommitSha } : report;
    }
}
