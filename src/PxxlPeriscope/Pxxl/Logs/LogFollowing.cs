using System.Runtime.CompilerServices;

namespace PxxlPeriscope;

/// <summary>Gives the lines of a log: once, or on and on, each line exactly once.</summary>
internal sealed class LogFollowing(PxxlRequests requests, PxxlClient client, LogQuery query, CallLog log)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly NewLines _new = new();
    private bool _hasWarnedOfLost;
    private bool _hasWarnedOfGap;
    private bool _isEnding;
    private int _failures;

    internal async IAsyncEnumerable<LogLine> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var limit = new TimeLimit(requests.Time, query.Follow ? query.TimeLimit : null, cancellationToken);
        var first = await UntilLimitAsync(limit, cancellationToken).ConfigureAwait(false);
        if (first is null)
        {
            yield break;
        }

        var given = query.Follow ? _new.In(first, out _) : first.Lines;
        foreach (var line in given.Skip(Math.Max(0, given.Count - (query.Tail ?? int.MaxValue))))
        {
            yield return Shown(line);
        }

        while (query.Follow && await NextAsync(limit, cancellationToken).ConfigureAwait(false) is { } more)
        {
            foreach (var line in more)
            {
                yield return Shown(line);
            }
        }

        // What stood at the end without a line break, and was waited for whether it grows.
        if (_new.Held is { } held)
        {
            yield return Shown(held);
        }
    }

    private async Task<LogWindow?> UntilLimitAsync(TimeLimit limit, CancellationToken cancellationToken)
    {
        try
        {
            var window = await ReadAsync(limit.Token).ConfigureAwait(false);
            _isEnding = query.Follow && await HasEndedAsync(window, limit.Token).ConfigureAwait(false);
            return window;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && limit.Token.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The lines that are new after the next wait; null when there will be no more.</summary>
    private async Task<IReadOnlyList<LogLine>?> NextAsync(TimeLimit limit, CancellationToken cancellationToken)
    {
        var wait = query.Interval > LogQuery.ShortestInterval ? query.Interval : LogQuery.ShortestInterval;
        try
        {
            while (true)
            {
                await requests.Time.DelayAsync(wait, limit.Token).ConfigureAwait(false);
                try
                {
                    return await PollAsync(limit.Token).ConfigureAwait(false);
                }
                catch (ServiceException failure) when (failure.MayPass)
                {
                    if (_failures++ == 0)
                    {
                        log.Warning?.Invoke($"The log cannot be read at the moment. {failure.Message} It is tried again until it can.");
                    }

                    wait = Longest(wait, failure.RetryAfter ?? TimeSpan.Zero, Shortest(wait + wait, LongestWait));
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && limit.Token.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<LogLine>?> PollAsync(CancellationToken cancellationToken)
    {
        var window = await ReadAsync(cancellationToken).ConfigureAwait(false);
        // Asked before the lines count as given: should this fail, the next poll finds them again.
        var hadEnded = _isEnding;
        _isEnding = hadEnded || await HasEndedAsync(window, cancellationToken).ConfigureAwait(false);
        _failures = 0;
        var lines = _new.In(window, out var hasGap);
        if (hasGap && !_hasWarnedOfGap)
        {
            _hasWarnedOfGap = true;
            log.Warning?.Invoke("The log has moved on by more than Pxxl shows of it at once. Lines may be missing here. This is said once.");
        }

        return lines.Count == 0 && hadEnded ? null : lines;
    }

    private async Task<LogWindow> ReadAsync(CancellationToken cancellationToken)
    {
        var reply = await requests.GetAsync(query.Route(requests.Time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        using var json = reply.Parse();
        var pattern = new LogLine { Text = string.Empty, Source = query.DeploymentId is null ? LogSource.Runtime : query.Source, DeploymentId = query.DeploymentId, ProjectId = query.ProjectId };
        var window = LogReader.Read(reply, requests.Granted(reply, json.RootElement), pattern);
        if (window.Lost > 0 && !_hasWarnedOfLost)
        {
            _hasWarnedOfLost = true;
            log.Warning?.Invoke($"{window.Lost} rows of the log have no text in any known form and were left out.");
        }

        return window with { Lines = [.. window.Lines.Where(query.Includes)] };
    }

    /// <summary>
    /// Whether a build log is complete. What its answer calls status may be the build's word or the deployment's, which is not
    /// documented; so only a word of something under way is believed, and the deployment itself is asked else.
    /// </summary>
    private async Task<bool> HasEndedAsync(LogWindow window, CancellationToken cancellationToken)
    {
        if (query.DeploymentId is not { } id || query.Source != LogSource.Build)
        {
            return false;
        }

        var isUnderWay = window.Status is { } word && StatusWords.Known.Contains(StatusWords.Canonical(word)) && !StatusWords.Read(word).IsTerminal();
        return !isUnderWay && (await client.GetDeploymentAsync(id, cancellationToken).ConfigureAwait(false)).IsTerminal;
    }

    /// <summary>The key is taken out even of raw text: a program that prints its environment prints it too.</summary>
    private LogLine Shown(LogLine line)
    {
        var text = requests.Key.RedactFrom(line.Text);
        return line with
        {
            Level = line.Level is null ? null : requests.Key.RedactFrom(line.Level),
            Phase = line.Phase is null ? null : requests.Key.RedactFrom(line.Phase),
            // Once more after cleaning: an escape sequence in its middle hides a key from the first look.
            Text = query.Raw ? text : requests.Key.RedactFrom(LogText.Clean(text)),
        };
    }

    private static TimeSpan Shortest(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longest(params TimeSpan[] all) => all.Max();
}
