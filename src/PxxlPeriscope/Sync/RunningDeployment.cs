namespace PxxlPeriscope.Sync;

/// <summary>A deployment that was not finished when it was last read, to be read again.</summary>
/// <param name="Id">Pxxl's id.</param>
/// <param name="ProjectId">Pxxl's project.</param>
/// <param name="Scope">The service and team in which it was seen.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="ReadAt">When it was last read.</param>
/// <param name="MissingSince">Since when Pxxl does not know it any more; that may be the wrong team for a run.</param>
internal sealed record RunningDeployment(
    string Id,
    string? ProjectId,
    string Scope,
    DateTimeOffset? CreatedAt,
    DateTimeOffset ReadAt,
    DateTimeOffset? MissingSince = null
)
{
    private static readonly TimeSpan MaxReleaseTime = TimeSpan.FromDays(1);
    private static readonly TimeSpan RecheckInterval = TimeSpan.FromHours(1);

    /// <summary>Whether it is to be read in this run. What has been under way for a day is stuck, or has a word for its end that nobody knows
    /// yet: it would cost every run a request for ever.</summary>
    internal bool IsDue(DateTimeOffset now) => !(now - CreatedAt > MaxReleaseTime) || now - ReadAt >= RecheckInterval;
}
