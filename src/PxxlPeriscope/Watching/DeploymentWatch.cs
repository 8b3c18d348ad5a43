using System.Runtime.CompilerServices;

namespace PxxlPeriscope;

/// <summary>Sees changes of deployments by looking at the newest of them again and again: one request a round.</summary>
internal sealed class DeploymentWatch(PxxlClient pxxl, TimeProvider time, CallLog log)
{
    /// <summary>What is finished and has not been on a page for so long is forgotten; memory does not grow for ever.</summary>
    private const int MostRemembered = 5000;

    /// <summary>What Pxxl has not ended by then hangs, or has a word that nobody knows. It does not hold up the end of a watch.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly PollPace _pace = new();

    /// <summary>Everything that was listed, also of projects that are not watched: by it a page is known that was read before.</summary>
    private readonly Dictionary<string, Deployment> _known = new(StringComparer.Ordinal);

    /// <summary>Under way, and pushed off the page by newer ones. The one that was looked at longest ago comes first.</summary>
    private readonly List<string> _offPage = [];

    private DateTimeOffset _reach;
    private bool _hasAnswered;
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
    internal int UnderWay => _known.Values.Count(IsUnderWay);

    /// <summary>Watches. Gives each change, and <see langword="null"/> about once a second between the rounds.</summary>
    /// <exception cref="ServiceException">What every further round would meet, such as a wrong key. Outages are waited out.</exception>
    internal async IAsyncEnumerable<DeploymentChange?> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var limit = new TimeLimit(time, Limit, cancellationToken);
        _reach = Since ?? DateTimeOffset.MinValue;
        while (true)
        {
            var isFirst = !_hasAnswered;
            var rows = await LookUntilLimitAsync(limit, cancellationToken).ConfigureAwait(false);
            foreach (var change in rows is null ? [] : Changes(rows, isFirst))
            {
                _pace.Hurry();
                yield return change;
            }

            if (EndsWhenDone && _hasAnswered && UnderWay == 0)
            {
                yield break;
            }

            for (var wait = _pace.Next(); wait > TimeSpan.Zero; wait -= Tick)
            {
                var left = Limit - time.GetElapsedTime(started);
                if (left <= TimeSpan.Zero)
                {
                    yield break;
                }

                yield return null;
                var span = wait < Tick ? wait : Tick;
                await time.DelayAsync(left < span ? left.Value : span, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<List<Deployment>?> LookUntilLimitAsync(TimeLimit limit, CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && limit.Token.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <returns>What is there, oldest first; null during an outage.</returns>
    private async Task<List<Deployment>?> LookAsync(CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, Deployment>(StringComparer.Ordinal);
        try
        {
            // One project has a list of its own; for several the list of all is one request too.
            var project = ProjectIds?.Count == 1 ? ProjectIds.First() : null;
            await pxxl.ReadUntilAsync(project, IsEnough, row =>
            {
                rows[row.Id] = row;
                return Task.CompletedTask;
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceException failure) when (failure.MayPass && (_hasAnswered || !failure.EndsTheCall))
        {
            if (!_isOut)
            {
                log.Warning?.Invoke($"{failure.Message} The watching goes on. This is said once.");
            }

            _isOut = true;
            return null;
        }

        (_isOut, _hasAnswered) = (false, true);
        if (await OffPageAsync(rows, cancellationToken).ConfigureAwait(false) is { } one)
        {
            rows[one.Id] = one;
        }

        return [.. rows.Values.OrderBy(row => row.CreatedAt ?? DateTimeOffset.MinValue)];
    }

    /// <summary>The first look goes back as far as is asked for; each later one until something is on the page that was seen before.</summary>
    private bool IsEnough(IReadOnlyList<Deployment> page) =>
        !_hasAnswered ? Since is null || page.All(row => row.CreatedAt < Since) : page.Any(row => _known.ContainsKey(row.Id));

    /// <summary>Looks after what newer ones have pushed off the page before it was finished: one a round, however many there are.</summary>
    private async Task<Deployment?> OffPageAsync(Dictionary<string, Deployment> rows, CancellationToken cancellationToken)
    {
        _offPage.RemoveAll(id => rows.ContainsKey(id) || !IsUnderWay(_known[id]));
        _offPage.AddRange(_known.Values.Where(known => IsUnderWay(known) && !rows.ContainsKey(known.Id) && !_offPage.Contains(known.Id)).Select(known => known.Id).ToList());
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
            return deployment with { ProjectId = deployment.ProjectId ?? _known[id].ProjectId, ProjectName = deployment.ProjectName ?? _known[id].ProjectName };
        }
        catch (ServiceException failure) when (failure.MayPass)
        {
            _offPage.Add(id);
        }
        catch (ServiceException failure) when (!failure.EndsTheCall)
        {
            // It was deleted, or is not to be seen any more.
            _known.Remove(id);
        }

        return null;
    }

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
            if (isNews && IsWatched(row))
            {
                changes.Add(new DeploymentChange { Deployment = row, Previous = before?.Status, Current = row.Status, At = time.GetUtcNow() });
            }

            _known[row.Id] = row;
        }

        Forget(rows);
        return changes;
    }

    private bool IsUnderWay(Deployment deployment) =>
        !deployment.IsTerminal && IsWatched(deployment) && !(time.GetUtcNow() - deployment.CreatedAt > LongestLife);

    /// <summary>A list of one project's own holds nothing else, and its rows need not name it.</summary>
    private bool IsWatched(Deployment deployment) =>
        ProjectIds is null or { Count: 1 } || (deployment.ProjectId is { } id && ProjectIds.Contains(id));

    private void Forget(List<Deployment> seen)
    {
        if (_known.Count <= MostRemembered)
        {
            return;
        }

        var stays = new HashSet<string>(seen.Select(row => row.Id), StringComparer.Ordinal);
        foreach (var id in _known.Values.Where(known => !IsUnderWay(known) && !stays.Contains(known.Id)).Select(known => known.Id).ToList())
        {
            _known.Remove(id);
        }
    }
}
