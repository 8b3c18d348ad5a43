using System.Globalization;

namespace PxxlPeriscope.Pxxl.Logs;

/// <summary>Selects a log and its lines.</summary>
public sealed record LogQuery
{
    /// <summary>The minimum time between two reads when following a log. (docs/facts/pxxl-api.md, "Errors and rate limits".)</summary>
    public static TimeSpan MinInterval { get; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The maximum number of lines that the Pxxl CLI shows. The limit of the service is not documented, and a larger number may exceed it.
    /// </summary>
    internal const int MaxKnownTail = 300;

    /// <summary>The deployment's id; null for the log of a project.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>The project's id, if no deployment is specified. Projects only have a runtime log.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The log of the deployment to read.</summary>
    public LogSource Source { get; init; }

    /// <summary>Only lines at or after this time, and lines without a time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The maximum number of existing lines to return, counted from the end; null for all.</summary>
    public int? Tail { get; init; }

    /// <summary>Whether to keep control characters in the text.</summary>
    public bool Raw { get; init; }

    /// <summary>Whether to continue with new lines: for a build log until its deployment ends, otherwise without end.</summary>
    public bool Follow { get; init; }

    /// <summary>The time between two reads when following a log, at least <see cref="MinInterval"/>.</summary>
    public TimeSpan Interval { get; init; } = MinInterval;

    /// <summary>The time after which following stops; null for no limit.</summary>
    public TimeSpan? TimeLimit { get; init; }

    internal PxxlRoute Route(DateTimeOffset now)
    {
        var since = ("since", SinceText(now));
        return DeploymentId is { } id
                ? PxxlRoute.Create("deployment", id, "cli/deployments/", Source == LogSource.Build ? "/build-logs" : "/logs") with
                {
                    Query = [since],
                }
            : ProjectId is not { } project ? throw new InvalidOperationException("Specify a deployment or a project.")
            // When following, each response must be large enough to overlap the previous one. The two routes use different parameters for
            // the size.
            : Follow
                ? PxxlRoute.Create("project", project, "cli/projects/", "/live-logs") with
                {
                    Query = [since, ("tail", Number(Math.Max(Tail ?? 0, MaxKnownTail)))],
                }
            : PxxlRoute.Create("project", project, "cli/projects/", "/logs") with
            {
                Query = [since, ("lines", Number(Tail ?? MaxKnownTail))],
            };
    }

    internal bool Includes(LogLine line) => Since is null || line.Time is null || line.Time >= Since;

    /// <summary>
    /// The start time as an age, rounded up, in the only format that the service is known to accept: <c>15m</c>, <c>3h</c>, <c>2d</c>.
    /// </summary>
    internal string? SinceText(DateTimeOffset now)
    {
        if (Since is not { } since)
        {
            return null;
        }

        var minutes = Math.Max(1, (long)Math.Ceiling((now - since).TotalMinutes));
        return minutes <= 120 ? Number(minutes) + "m"
            : minutes <= 48 * 60 ? Number((minutes + 59) / 60) + "h"
            : Number((minutes + 1439) / 1440) + "d";
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
