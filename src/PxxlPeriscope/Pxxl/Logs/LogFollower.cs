using System.Runtime.CompilerServices;
using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl.Deployments;
using PxxlPeriscope.Time;

namespace PxxlPeriscope.Pxxl.Logs;

/// <summary>Reads the lines of a log, once or continuously, and returns each line exactly once.</summary>
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

        // The last line had no line break and was held back in case it was still growing.
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

    /// <summary>Waits for the next poll and returns the new lines; null when there will be no more.</summary>
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
                        log.Warning?.Invoke($"The log cannot be read at the moment. {failure.Message} Retrying until it can be read.");
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
        // Checked before the lines are marked as returned: if the check fails, the next poll finds them again.
        var hadEnded = _isEnding;
        _isEnding = hadEnded || await HasEndedAsync(window, cancellationToken).ConfigureAwait(false);
        _failures = 0;
        var lines = _tail.TakeNewLines(window, out var hasGap);
        if (hasGap && !_hasWarnedOfGap)
        {
            _hasWarnedOfGap = true;
            log.Warning?.Invoke(
                "The log has grown by more lines than Pxxl returns at once, so lines may be missing here. This warning is shown once."
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
            log.Warning?.Invoke($"{window.SkippedRows} rows of the log have no text in any known format and were skipped.");
        }

        return window with
        {
            Lines = [.. window.Lines.Where(query.Includes)],
        };
    }

    /// <summary>
    /// Whether a build log is complete. Whether the status in a build log response belongs to the build or to the deployment is not
    /// documented, so only a known non-terminal status is trusted; otherwise the deployment itself is queried.
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

    /// <summary>Removes the key, even from raw text: a program that prints its environment prints the key too.</summary>
    private LogLine Redact(LogLine line)
    {
        var text = requests.Key.Redact(line.Text);
        return line with
        {
            Level = line.Level is null ? null : requests.Key.Redact(line.Level),
            Phase = line.Phase is null ? null : requests.Key.Redact(line.Phase),
            // Redacted again after sanitizing: an escape sequence within the key hides it from the first pass.
            Text = query.Raw ? text : requests.Key.Redact(LogSanitizer.Sanitize(text)),
        };
    }

    private static TimeSpan Min(TimeSpan first, TimeSpan second) => first < second ? first : second;

    private static TimeSpan Max(params TimeSpan[] all) => all.Max();
}
