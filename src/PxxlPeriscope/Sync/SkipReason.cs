namespace PxxlPeriscope.Sync;

/// <summary>
/// Why a synchronization does not report a deployment. These texts are keys of <see cref="SyncSummary.SkippedBecause"/>.
/// </summary>
internal static class SkipReason
{
    internal const string Unchanged = "unchanged since the last report";
    internal const string Finished = "already reported as finished";
    internal const string NoCommit = "no commit (zip deployment)";
    internal const string Unusable = "no status or creation time";
    internal const string Rejected = "refused by Periscope before";
    internal const string Missing = "not known to Pxxl any more";
}
