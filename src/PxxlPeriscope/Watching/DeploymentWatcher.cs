using System.Runtime.CompilerServices;
using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Time;

namespace PxxlPeriscope.Watching;

/// <summary>Sees changes of deployments by looking at the newest of them again and again: one request a round.</summary>
internal sealed class DeploymentWatcher(PxxlClient pxxl, TimeProvider time, CallLog log)
{
    /// <summary>What is finished and has not been on a page for so long is forgotten; memory does not grow for ever.</summary>
    private const int MaxRemembered = 5000;

    /// <summary>What Pxxl has not ended by then hangs, or has a word that nobody knows. It does not hold up the end of a watch.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    private readonly PollInterval _pollInterval = new();

    /// <summary>Everything that was listed, also of projects that are not watched: by it a page is known that was read before.</summary>
    private readonly Dictionary<string, Deployment> _known = new(StringComparer.Ordinal);

    /// <summary>Under way, and pushed off the page by newer ones. The one that was looked at longest ago comes first.</summary>
    private readonly List<string> _offPage = [];

    private DateTimeOffset _watchedSince;
    private bool _hasResponded;
    private bool _isUnavailable;

    /// <summary>Only these projects, by id; null for all.</summary>
    internal IReadOnlyCollection<string>? ProjectIds { get; init; }

    /// <summary>Gives what was created since then too; null for changes from now on.</summary>
    internal DateTimeOffset? Since { get; init; }

    /// <summary>How long to watch; null for ever.</summary>
    internal TimeSpan? Timeout { get; init; }

    /// <summary>Ends when nothing that was seen is under way any more.</summary>
    internal bool StopsWhenDone { get; init; }

    /// <summary>How many deployments are under way.</summary>
    internal int InProgressCount => _known.Values.Count(IsInProgress);

    /// <summary>Watches. Gives each change, and <see langword="null"/> about once a second between the rounds.</summary>
    /// <exception cref="ServiceException">What every further round would meet, such as a wrong key. Outages are waited out.</exception>
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

    /// <returns>What is there, oldest first; null during an outage.</returns>
    private async Task<List<Deployment>?> PollAsync(CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, Deployment>(StringComparer.Ordinal);
        try
        {
            // One project has a list of its own; for several the list of all is one request too.
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
                log.Warning?.Invoke($"{failure.Message} The watching goes on. This is said once.");
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

    /// <summary>The first look goes back as far as is asked for; each later one until something is on the page that was seen before.</summary>
    private bool IsEnough(IReadOnlyList<Deployment> page) =>
        !_hasResponded ? Since is null || page.All(row => row.CreatedAt < Since) : page.Any(row => _known.ContainsKey(row.Id));

    /// <summary>Looks after what newer ones have pushed off the page before it was finished: one a round, however many there are.</summary>
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
            // It was deleted, or is not to be seen any more.
            _known.Remove(id);
        }

        return null;
    }

    private List<DeploymentChange> DetectChanges(List<Deployment> rows, bool isFirst)
    {
        var changes = new List<DeploymentChange>();
        if (isFirst && Since is null)
        {
            // By Pxxl's own clock: what is older and comes into view later is nothing new.
            _watchedSince = rows.Max(row => row.CreatedAt) ?? DateTimeOffset.MinValue;
        }

        foreach (var row in rows)
        {
            var isKnown = _known.TryGetValue(row.Id, out var previous);
            // What was there before the watch began, and is no change, is only remembered.
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

    /// <summary>A list of one project's own holds nothing else, and its rows need not name it.</summary>
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
