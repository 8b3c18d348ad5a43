using System.Runtime.CompilerServices;

namespace PxxlPeriscope;

/// <summary>Sees changes of deployments by looking at the newest of them again and again: one request a round.</summary>
internal sealed class DeploymentWatch(PxxlClient pxxl, TimeProvider time, CallLog log)
{
    /// <summary>What is finished and has not been on a page for so long is forgotten; memory does not grow for ever.</summary>
    private const int MostRemembered = 5000;

    private readonly PollPace _pace = new();
    private readonly Dictionary<string, Deployment> _known = new(StringComparer.Ordinal);
    private DateTimeOffset _reach;
    private bool _isOut;

    /// <summary>Only these projects, by id; null for all.</summary>
    internal IReadOnlyCollection<string>? ProjectIds { get; init; }

    /// <summary>Gives what was created since then too; null for changes from now on.</summary>
    internal DateTimeOffset? Since { get; init; }

    /// <summary>How long to watch; null for ever.</summary>
    internal TimeSpan? Limit { get; init; }

    /// <summary>Ends when nothing that was seen is under way any more.</summary>
    internal bool EndsWhenDone { get; init; }

    /// <summary>How many deployments are under way.</summary>
    internal int UnderWay => _known.Values.Count(deployment => !deployment.IsTerminal);

    /// <summary>Watches. Gives each change, and <see langword="null"/> about once a second between the rounds.</summary>
    /// <exception cref="ServiceException">What every further round would meet, such as a wrong key. Outages are waited out.</exception>
    internal async IAsyncEnumerable<DeploymentChange?> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        _reach = Since ?? DateTimeOffset.MinValue;
        for (var isFirst = true; ; )
        {
            var rows = await LookAsync(isFirst, cancellationToken).ConfigureAwait(false);
            foreach (var change in rows is null ? [] : Changes(rows, isFirst))
            {
                _pace.Hurry();
                yield return change;
            }

            isFirst &= rows is null;
            if (EndsWhenDone && !isFirst && UnderWay == 0)
            {
                yield break;
            }

            var tick = TimeSpan.FromSeconds(1);
            for (var wait = _pace.Next(); wait > TimeSpan.Zero; wait -= tick)
            {
                var left = Limit - time.GetElapsedTime(started);
                if (left <= TimeSpan.Zero)
                {
                    yield break;
                }

                yield return null;
                var span = wait < tick ? wait : tick;
                await time.DelayAsync(left < span ? left.Value : span, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <returns>What is there, oldest first; null during an outage.</returns>
    private async Task<List<Deployment>?> LookAsync(bool isFirst, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, Deployment>(StringComparer.Ordinal);
        try
        {
            // One project has a list of its own; for several the list of all is one request too.
            var project = ProjectIds?.Count == 1 ? ProjectIds.First() : null;
            await pxxl.ReadUntilAsync(project, page => IsEnough(page, isFirst), row => rows[row.Id] = row, cancellationToken).ConfigureAwait(false);
            foreach (var gone in _known.Values.Where(known => !known.IsTerminal && !rows.ContainsKey(known.Id)).ToList())
            {
                // Pushed off the page by newer ones before it was finished.
                rows[gone.Id] = await pxxl.GetDeploymentAsync(gone.Id, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ServiceException failure) when (!failure.EndsTheCall && (failure.Cause != FailureCause.NotFound || !isFirst))
        {
            if (!_isOut)
            {
                log.Warning?.Invoke($"{failure.Message} The watching goes on. This is said once.");
            }

            _isOut = true;
            return null;
        }

        _isOut = false;
        return [.. rows.Values.Where(row => ProjectIds is null || (row.ProjectId is { } id && ProjectIds.Contains(id))).OrderBy(row => row.CreatedAt ?? DateTimeOffset.MinValue)];
    }

    /// <summary>The first look goes back as far as is asked for; each later one until something is on the page that was seen before.</summary>
    private bool IsEnough(IReadOnlyList<Deployment> page, bool isFirst) =>
        isFirst ? Since is null || page.All(row => row.CreatedAt < Since) : page.Any(row => _known.ContainsKey(row.Id));

    private List<DeploymentChange> Changes(List<Deployment> rows, bool isFirst)
    {
        var changes = new List<DeploymentChange>();
        if (isFirst && Since is null)
        {
            // By Pxxl's own clock: what is older and comes into view later is nothing new.
            _reach = rows.Max(row => row.CreatedAt) ?? DateTimeOffset.MinValue;
        }

        foreach (var row in rows)
        {
            var isKnown = _known.TryGetValue(row.Id, out var before);
            // What was there before the watch began, and is no change, is only remembered.
            var isNews = isKnown ? before!.Status != row.Status : !(isFirst && Since is null) && !(row.CreatedAt < _reach);
            if (isNews)
            {
                changes.Add(new DeploymentChange { Deployment = row, Previous = before?.Status, Current = row.Status, At = time.GetUtcNow() });
            }

            _known[row.Id] = row;
        }

        Forget(rows);
        return changes;
    }

    private void Forget(List<Deployment> seen)
    {
        if (_known.Count <= MostRemembered)
        {
            return;
        }

        var stays = new HashSet<string>(seen.Select(row => row.Id), StringComparer.Ordinal);
        foreach (var id in _known.Values.Where(known => known.IsTerminal && !stays.Contains(known.Id)).Select(known => known.Id).ToList())
        {
            _known.Remove(id);
        }
    }
}
