using System.Runtime.CompilerServices;
using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Time;

namespace PxxlPeriscope.Watching;

/// <summary>Detects status changes by polling the newest deployments: one request per poll.</summary>
internal sealed class DeploymentWatcher(PxxlClient pxxl, TimeProvider time, CallLog log)
{
    /// <summary>
    /// The maximum number of remembered deployments, so that memory does not grow without limit. Finished deployments that have not been
    /// listed for the longest time are removed first.
    /// </summary>
    private const int MaxRemembered = 5000;

    /// <summary>
    /// A deployment that is unfinished after this time is stuck, or has an unknown status. It does not delay the end of the watch.
    /// </summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    private readonly PollInterval _pollInterval = new();

    /// <summary>
    /// All listed deployments, including those of other projects: they are needed to recognize a page that was already read.
    /// </summary>
    private readonly Dictionary<string, Deployment> _known = new(StringComparer.Ordinal);

    /// <summary>Deployments in progress that newer ones have moved off the page, least recently checked first.</summary>
    private readonly List<string> _offPage = [];

    private DateTimeOffset _watchedSince;
    private bool _hasResponded;
    private bool _isUnavailable;

    /// <summary>The ids of the projects to watch; null for all.</summary>
    internal IReadOnlyCollection<string>? ProjectIds { get; init; }

    /// <summary>Also returns deployments created since this time; null for changes from now on.</summary>
    internal DateTimeOffset? Since { get; init; }

    /// <summary>How long to watch; null for no limit.</summary>
    internal TimeSpan? Timeout { get; init; }

    /// <summary>Whether to stop when no deployment that was seen is in progress.</summary>
    internal bool StopsWhenDone { get; init; }

    /// <summary>The number of deployments in progress.</summary>
    internal int InProgressCount => _known.Values.Count(IsInProgress);

    /// <summary>Watches for changes. Returns each change, and <see langword="null"/> about once a second between polls.</summary>
    /// <exception cref="ServiceException">A failure that would recur at every poll, such as a wrong key. Outages do not end the
    /// watch.</exception>
    internal async IAsyncEnumerable<DeploymentChange?> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var limit = new TimeLimit(time, Timeout, cancellationToken);
        _watchedSince = Since ?? DateTimeOffset.MinValue;
        while (true)
        {
            var isFirst = !_hasResponded;
            var rows = await PollUntilTimeoutAsync(limit, cancellationToken).ConfigureAwait(false);
            foreach (var change in rows is null ? [] : DetectChanges(rows, isFirst))
            {
                _pollInterval.Reset();
                yield return change;
            }

            if (StopsWhenDone && _hasResponded && InProgressCount == 0)
            {
                yield break;
            }

            for (var delay = _pollInterval.Next(); delay > TimeSpan.Zero; delay -= ProgressInterval)
            {
                var remaining = Timeout - time.GetElapsedTime(started);
                if (remaining <= TimeSpan.Zero)
                {
                    yield break;
                }

                yield return null;
                var span = delay < ProgressInterval ? delay : ProgressInterval;
                await time.DelayAsync(remaining < span ? remaining.Value : span, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<List<Deployment>?> PollUntilTimeoutAsync(TimeLimit limit, CancellationToken cancellationToken)
    {
        try
        {
            return await PollAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && limit.Token.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <returns>The deployments, oldest first; null during an outage.</returns>
    private async Task<List<Deployment>?> PollAsync(CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, Deployment>(StringComparer.Ordinal);
        try
        {
            // One project has its own list. For several projects, the list of all deployments also takes one request.
            var project = ProjectIds?.Count == 1 ? ProjectIds.First() : null;
            await pxxl.ReadUntilAsync(
                    project,
                    IsEnough,
                    row =>
                    {
                        rows[row.Id] = row;
                        return Task.CompletedTask;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (ServiceException failure) when (failure.IsTransient && (_hasResponded || !failure.IsFatal))
        {
            if (!_isUnavailable)
            {
                log.Warning?.Invoke($"{failure.Message} Watching continues. This warning is shown once.");
            }

            _isUnavailable = true;
            return null;
        }

        (_isUnavailable, _hasResponded) = (false, true);
        if (await RefreshOffPageAsync(rows, cancellationToken).ConfigureAwait(false) is { } refreshed)
        {
            rows[refreshed.Id] = refreshed;
        }

        return [.. rows.Values.OrderBy(row => row.CreatedAt ?? DateTimeOffset.MinValue)];
    }

    /// <summary>The first poll reads back to the requested time; later ones until the page contains a deployment seen before.</summary>
    private bool IsEnough(IReadOnlyList<Deployment> page) =>
        !_hasResponded ? Since is null || page.All(row => row.CreatedAt < Since) : page.Any(row => _known.ContainsKey(row.Id));

    /// <summary>Checks the unfinished deployments that newer ones have moved off the page: one per poll, however many there are.</summary>
    private async Task<Deployment?> RefreshOffPageAsync(Dictionary<string, Deployment> rows, CancellationToken cancellationToken)
    {
        _offPage.RemoveAll(id => rows.ContainsKey(id) || !IsInProgress(_known[id]));
        _offPage.AddRange(
            _known
                .Values.Where(known => IsInProgress(known) && !rows.ContainsKey(known.Id) && !_offPage.Contains(known.Id))
                .Select(known => known.Id)
                .ToList()
        );
        if (_offPage.Count == 0)
        {
            return null;
        }

        var id = _offPage[0];
        _offPage.RemoveAt(0);
        try
        {
            var deployment = await pxxl.GetDeploymentAsync(id, cancellationToken).ConfigureAwait(false);
            _offPage.Add(id);
            return deployment with
            {
                ProjectId = deployment.ProjectId ?? _known[id].ProjectId,
                ProjectName = deployment.ProjectName ?? _known[id].ProjectName,
            };
        }
        catch (ServiceException failure) when (failure.IsTransient)
        {
            _offPage.Add(id);
        }
        catch (ServiceException failure) when (!failure.IsFatal)
        {
            // It was deleted, or can no longer be accessed.
            _known.Remove(id);
        }

        return null;
    }

    private List<DeploymentChange> DetectChanges(List<Deployment> rows, bool isFirst)
    {
        var changes = new List<DeploymentChange>();
        if (isFirst && Since is null)
        {
            // By Pxxl's own clock: an older deployment that is listed later is not new.
            _watchedSince = rows.Max(row => row.CreatedAt) ?? DateTimeOffset.MinValue;
        }

        foreach (var row in rows)
        {
            var isKnown = _known.TryGetValue(row.Id, out var previous);
            // Deployments that existed before the watch started are remembered, but are not changes.
            var isReportable = isKnown ? previous!.Status != row.Status : !(isFirst && Since is null) && !(row.CreatedAt < _watchedSince);
            if (isReportable && IsWatched(row))
            {
                changes.Add(
                    new DeploymentChange
                    {
                        Deployment = row,
                        Previous = previous?.Status,
                        Current = row.Status,
                        At = time.GetUtcNow(),
                    }
                );
            }

            _known[row.Id] = row;
        }

        TrimKnown(rows);
        return changes;
    }

    private bool IsInProgress(Deployment deployment) =>
        !deployment.IsTerminal && IsWatched(deployment) && !(time.GetUtcNow() - deployment.CreatedAt > MaxAge);

    /// <summary>The list of one project contains only its own deployments, whose rows may not name it.</summary>
    private bool IsWatched(Deployment deployment) =>
        ProjectIds is null or { Count: 1 } || (deployment.ProjectId is { } id && ProjectIds.Contains(id));

    private void TrimKnown(List<Deployment> seen)
    {
        if (_known.Count <= MaxRemembered)
        {
            return;
        }

        var retained = new HashSet<string>(seen.Select(row => row.Id), StringComparer.Ordinal);
        foreach (
            var id in _known.Values.Where(known => !IsInProgress(known) && !retained.Contains(known.Id)).Select(known => known.Id).ToList()
        )
        {
            _known.Remove(id);
        }
    }
}
