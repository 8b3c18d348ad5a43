using System.Globalization;

namespace PxxlPeriscope.Pxxl.Logs;

/// <summary>Which lines of which log are wanted.</summary>
public sealed record LogQuery
{
    /// <summary>The minimum time between two reads of a followed log. (docs/facts/pxxl-api.md, "Errors and rate limits".)</summary>
    public static TimeSpan MinInterval { get; } = TimeSpan.FromSeconds(5);

    /// <summary>How many lines Pxxl's own command line shows at the most. A larger number may be above the service's cap, which is not documented.</summary>
    internal const int MaxKnownTail = 300;

    /// <summary>The deployment; null for the log of a project.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>The project by id, where no deployment is given. Projects have a runtime log only.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Which log of the deployment.</summary>
    public LogSource Source { get; init; }

    /// <summary>Only lines of this time or later, and lines without a time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Of what there is already, only the last so many lines; null for all.</summary>
    public int? Tail { get; init; }

    /// <summary>Whether control characters stay in the text.</summary>
    public bool Raw { get; init; }

    /// <summary>Goes on with what is written meanwhile: a build log to the end of its deployment, any other without an end.</summary>
    public bool Follow { get; init; }

    /// <summary>Between two reads of a log that is followed; never less than <see cref="MinInterval"/>.</summary>
    public TimeSpan Interval { get; init; } = MinInterval;

    /// <summary>After which following ends; null for never.</summary>
    public TimeSpan? TimeLimit { get; init; }

    internal PxxlRoute Route(DateTimeOffset now)
    {
        var since = ("since", SinceText(now));
        return DeploymentId is { } id
                ? PxxlRoute.Create("deployment", id, "cli/deployments/", Source == LogSource.Build ? "/build-logs" : "/logs") with
                {
                    Query = [since],
                }
            : ProjectId is not { } project ? throw new InvalidOperationException("A log is a deployment's or a project's.")
            // The window that is followed has to be so wide that two of them overlap. The two routes name its size differently.
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

    /// <summary>The time as an age in the one form that the service is known to take, rounded up: <c>15m</c>, <c>3h</c>, <c>2d</c>.</summary>
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
