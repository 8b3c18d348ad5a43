using System.Runtime.CompilerServices;
using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl.Deployments;
using PxxlPeriscope.Time;

namespace PxxlPeriscope.Pxxl.Logs;

/// <summary>Gives the lines of a log: once, or on and on, each line exactly once.</summary>
internal sealed class LogFollower(PxxlRequests requests, PxxlClient client, LogQuery query, CallLog log)
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(1);

    private readonly LogTail _tail = new();
    private bool _hasWarnedOfSkippedRows;
    private bool _hasWarnedOfGap;
    private bool _isEnding;
    private int _failures;

    internal async IAsyncEnumerable<LogLine> ReadLinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var limit = new TimeLimit(requests.Time, query.Follow ? query.TimeLimit : null, cancellationToken);
        var first = await ReadFirstAsync(limit, cancellationToken).ConfigureAwait(false);
        if (first is null)
        {
            yield break;
        }

        var emitted = query.Follow ? _tail.TakeNewLines(first, out _) : first.Lines;
        foreach (var line in emitted.Skip(Math.Max(0, emitted.Count - (query.Tail ?? int.MaxValue))))
        {
            yield return Redact(line);
        }

        while (query.Follow && await ReadNextAsync(limit, cancellationToken).ConfigureAwait(false) is { } newLines)
        {
            foreach (var line in newLines)
            {
                yield return Redact(line);
            }
        }

        // What stood at the end without a line break, and was waited for whether it grows.
        if (_tail.HeldLine is { } held)
        {
            yield return Redact(held);
        }
    }

    private async Task<LogReader.Window?> ReadFirstAsync(TimeLimit limit, CancellationToken cancellationToken)
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
    private async Task<IReadOnlyList<LogLine>?> ReadNextAsync(TimeLimit limit, CancellationToken cancellationToken)
    {
        var wait = query.Interval > LogQuery.MinInterval ? query.Interval : LogQuery.MinInterval;
        try
        {
            while (true)
            {
                await requests.Time.DelayAsync(wait, limit.Token).ConfigureAwait(false);
                try
                {
                    return await PollAsync(limit.Token).ConfigureAwait(false);
                }
                catch (ServiceException failure) when (failure.IsTransient)
                {
                    if (_failures++ == 0)
                    {
                        log.Warning?.Invoke($"The log cannot be read at the moment. {failure.Message} It is tried again until it can.");
                    }

                    wait = Max(wait, failure.RetryAfter ?? TimeSpan.Zero, Min(wait + wait, MaxDelay));
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
        var lines = _tail.TakeNewLines(window, out var hasGap);
        if (hasGap && !_hasWarnedOfGap)
        {
            _hasWarnedOfGap = true;
            log.Warning?.Invoke(
                "The log has moved on by more than Pxxl shows of it at once. Lines may be missing here. This is said once."
            );
        }

        return lines.Count == 0 && hadEnded ? null : lines;
    }

    private async Task<LogReader.Window> ReadAsync(CancellationToken cancellationToken)
    {
        var reply = await requests.GetAsync(query.Route(requests.Time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        using var json = reply.Parse();
        var pattern = new LogLine
        {
            Text = string.Empty,
            Source = query.DeploymentId is null ? LogSource.Runtime : query.Source,
            DeploymentId = query.DeploymentId,
            ProjectId = query.ProjectId,
        };
        var window = LogReader.Read(reply, requests.EnsureNotDenied(reply, json.RootElement), pattern);
        if (window.SkippedRows > 0 && !_hasWarnedOfSkippedRows)
        {
            _hasWarnedOfSkippedRows = true;
            log.Warning?.Invoke($"{window.SkippedRows} rows of the log have no text in any known form and were left out.");
        }

        return window with
        {
            Lines = [.. window.Lines.Where(query.Includes)],
        };
    }

    /// <summary>
    /// Whether a build log is complete. What its answer calls status may be the build's word or the deployment's, which is not
    /// documented; so only a word of something under way is believed, and the deployment itself is asked else.
    /// </summary>
    private async Task<bool> HasEndedAsync(LogReader.Window window, CancellationToken cancellationToken)
    {
        if (query.DeploymentId is not { } id || query.Source != LogSource.Build)
        {
            return false;
        }

        var isUnderWay =
            window.Status is { } word
            && DeploymentStatusParser.Known.Contains(DeploymentStatusParser.Normalize(word))
            && !DeploymentStatusParser.Parse(word).IsTerminal();
        return !isUnderWay && (await client.GetDeploymentAsync(id, cancellationToken).ConfigureAwait(false)).IsTerminal;
    }

    /// <summary>The key is taken out even of raw text: a program that prints its environment prints it too.</summary>
    private LogLine Redact(LogLine line)
    {
        var text = requests.Key.Redact(line.Text);
        return line with
        {
            Level = line.Level is null ? null : requests.Key.Redact(line.Level),
            Phase = line.Phase is null ? null : requests.Key.Redact(line.Phase),
            // Once more after cleaning: an escape sequence in its middle hides a key from the first look.
            Text = query.Raw ? text : requests.Key.Redact(LogSanitizer.Sanitize(text)),
        };
    }

    private static TimeSpan Min(TimeSpan first, TimeSpan second) => first < second ? first : second;

    private static TimeSpan Max(params TimeSpan[] all) => all.Max();
}
