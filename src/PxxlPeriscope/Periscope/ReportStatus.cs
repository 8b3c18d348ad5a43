namespace PxxlPeriscope;

/// <summary>The closed set of statuses that Periscope accepts.</summary>
public static class ReportStatus
{
    /// <summary>Waiting.</summary>
    public const string Pending = "pending";

    /// <summary>Deploying.</summary>
    public const string InProgress = "in_progress";

    /// <summary>Deployed.</summary>
    public const string Success = "success";

    /// <summary>Failed; the only status that raises the change failure rate.</summary>
    public const string Failure = "failure";

    /// <summary>Cancelled, with two l.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Was rolled back.</summary>
    public const string RolledBack = "rolled_back";

    /// <summary>All six.</summary>
    public static IReadOnlyList<string> All { get; } = [Pending, InProgress, Success, Failure, Cancelled, RolledBack];

    /// <summary>
    /// Words of other services for the same: what CI platforms call the end of a job (docs/facts/periscope-api.md), and what else
    /// was probably meant.
    /// </summary>
    private static readonly Dictionary<string, string> StatusByWord = new(StringComparer.Ordinal)
    {
        ["succeeded"] = Success,
        ["successful"] = Success,
        ["succeededwithissues"] = Success,
        // Jenkins: everything was done, and tests or a quality gate complained. As with succeededWithIssues, the deployment is there.
        ["unstable"] = Success,
        ["deployed"] = Success,
        ["ok"] = Success,
        ["failed"] = Failure,
        ["error"] = Failure,
        ["canceled"] = Cancelled,
        ["aborted"] = Cancelled,
        ["rolledback"] = RolledBack,
        ["rollback"] = RolledBack,
        ["running"] = InProgress,
        ["inprogress"] = InProgress,
        ["building"] = InProgress,
        ["queued"] = Pending,
        ["waiting"] = Pending,
    };

    /// <summary>Whether the deployment is over, so that a completion time belongs to it.</summary>
    public static bool IsTerminal(string status) => status is Success or Failure or Cancelled or RolledBack;

    internal static string? Suggest(string status)
    {
        var word = status.Trim().ToLowerInvariant().Replace('-', '_').Replace(' ', '_');
        return All.Contains(word) ? word
            : StatusByWord.TryGetValue(word.Replace("_", string.Empty), out var suggested) ? suggested
            : null;
    }
}
