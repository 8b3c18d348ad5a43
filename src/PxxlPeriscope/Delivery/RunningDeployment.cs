namespace PxxlPeriscope;

/// <summary>A deployment that was not finished when it was last read, to be read again.</summary>
/// <param name="Id">Pxxl's id.</param>
/// <param name="ProjectId">Pxxl's project.</param>
/// <param name="Scope">The service and team in which it was seen.</param>
/// <param name="GoneSince">Since when Pxxl does not know it any more; that may be the wrong team for a run.</param>
internal sealed record RunningDeployment(string Id, string? ProjectId, string Scope, DateTimeOffset? GoneSince = null);
