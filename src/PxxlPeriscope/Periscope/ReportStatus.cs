namespace PxxlPeriscope;

/// <summary>The statuses that Periscope accepts. The set is closed.</summary>
public static class ReportStatus
{
    /// <summary>The deployment is waiting to start.</summary>
    public const string Pending = "pending";

    /// <summary>The deployment is in progress.</summary>
    public const string InProgress = "in_progress";

    /// <summary>The deployment succeeded.</summary>
    public const string Success = "success";

    /// <summary>The deployment failed. Only this status raises the change failure rate.</summary>
    public const string Failure = "failure";

    /// <summary>The deployment was canceled. Periscope spells it with two l.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The deployment was rolled back.</summary>
    public const string RolledBack = "rolled_back";

    /// <summary>All statuses.</summary>
    public static IReadOnlyList<string> All { get; } = [Pending, InProgress, Success, Failure, Cancelled, RolledBack];

    /// <summary>
    /// Status words of other services: what CI platforms call the result of a job (docs/facts/periscope-api.md) and other likely spellings.
    /// </summary>
    private static readonly Dictionary<string, string> StatusByWord = new(StringComparer.Ordinal)
    {
        ["succeeded"] = Success,
        ["successful"] = Success,
        ["succeededwithissues"] = Success,
        // Jenkins: the build completed, but tests or a quality gate reported problems. As with succeededWithIssues, the deployment took
        // place.
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

    /// <summary>Whether a deployment with this status is finished and therefore has a completion time.</summary>
    public static bool IsTerminal(string status) => status is Success or Failure or Cancelled or RolledBack;

    internal static string? Suggest(string status)
    {
        var word = status.Trim().ToLowerInvariant().Replace('-', '_').Replace(' ', '_');
        return All.Contains(word) ? word
            : StatusByWord.TryGetValue(word.Replace("_", string.Empty), out var suggested) ? suggested
            : null;
    }
}
