namespace PxxlPeriscope.Pxxl.Deployments;

/// <summary>
/// The known and expected status words of Pxxl and the status that each maps to. (docs/facts/pxxl-api.md, "Status words".)
/// </summary>
internal static class DeploymentStatusParser
{
    private static readonly Dictionary<string, DeploymentStatus> StatusByWord = new(StringComparer.Ordinal)
    {
        ["queued"] = DeploymentStatus.Queued,
        ["pending"] = DeploymentStatus.Queued,
        ["waiting"] = DeploymentStatus.Queued,
        ["scheduled"] = DeploymentStatus.Queued,
        ["created"] = DeploymentStatus.Queued,

        ["building"] = DeploymentStatus.InProgress,
        ["in_progress"] = DeploymentStatus.InProgress,
        ["deploying"] = DeploymentStatus.InProgress,
        ["publishing"] = DeploymentStatus.InProgress,
        ["promoting"] = DeploymentStatus.InProgress,
        ["starting"] = DeploymentStatus.InProgress,
        ["running"] = DeploymentStatus.InProgress,

        ["deployed"] = DeploymentStatus.Success,
        ["successful"] = DeploymentStatus.Success,
        ["succeeded"] = DeploymentStatus.Success,
        ["success"] = DeploymentStatus.Success,
        ["ready"] = DeploymentStatus.Success,
        ["live"] = DeploymentStatus.Success,
        ["active"] = DeploymentStatus.Success,
        ["published"] = DeploymentStatus.Success,
        ["completed"] = DeploymentStatus.Success,

        ["failed"] = DeploymentStatus.Failed,
        ["failure"] = DeploymentStatus.Failed,
        ["error"] = DeploymentStatus.Failed,
        ["errored"] = DeploymentStatus.Failed,
        ["crashed"] = DeploymentStatus.Failed,
        ["timeout"] = DeploymentStatus.Failed,
        ["timed_out"] = DeploymentStatus.Failed,
        ["rejected"] = DeploymentStatus.Failed,

        ["cancelled"] = DeploymentStatus.Stopped,
        ["canceled"] = DeploymentStatus.Stopped,
        ["skipped"] = DeploymentStatus.Stopped,
        ["superseded"] = DeploymentStatus.Stopped,
        ["expired"] = DeploymentStatus.Stopped,
        ["stopped"] = DeploymentStatus.Stopped,
        ["deleted"] = DeploymentStatus.Stopped,

        ["rolled_back"] = DeploymentStatus.RolledBack,
        ["rolledback"] = DeploymentStatus.RolledBack,
        ["reverted"] = DeploymentStatus.RolledBack,
    };

    /// <summary>The normalized statuses, in the order of a deployment's life cycle.</summary>
    public static IReadOnlyList<DeploymentStatus> Statuses { get; } =
    [
        DeploymentStatus.Queued,
        DeploymentStatus.InProgress,
        DeploymentStatus.Success,
        DeploymentStatus.Failed,
        DeploymentStatus.Stopped,
        DeploymentStatus.RolledBack,
        DeploymentStatus.Unknown,
    ];

    /// <summary>Returns the status with this name, ignoring case; null if there is none.</summary>
    public static DeploymentStatus? FindByName(string name)
    {
        foreach (var status in Statuses)
        {
            if (string.Equals(status.ToString(), name, StringComparison.OrdinalIgnoreCase))
            {
                return status;
            }
        }

        return null;
    }

    /// <summary>All known status words.</summary>
    public static IReadOnlyCollection<string> Known => StatusByWord.Keys;

    /// <summary>Whether a deployment with this status is finished, so that its status no longer changes by itself.</summary>
    public static bool IsTerminal(this DeploymentStatus status) =>
        status is DeploymentStatus.Success or DeploymentStatus.Failed or DeploymentStatus.Stopped or DeploymentStatus.RolledBack;

    /// <summary>
    /// Maps a deployment status word to a status. An unknown word is treated as an intermediate phase, never as an error.
    /// </summary>
    public static DeploymentStatus Parse(string? word) =>
        string.IsNullOrWhiteSpace(word) ? DeploymentStatus.Unknown
        : StatusByWord.TryGetValue(Normalize(word!), out var status) ? status
        : DeploymentStatus.InProgress;

    /// <summary>
    /// Maps a build status word to what it proves: a successful build is not a release yet, because promoting the route can still fail 15
    /// to 90 seconds later.
    /// </summary>
    public static DeploymentStatus ParseBuildStatus(string? word) =>
        Parse(word) is var status && status == DeploymentStatus.Success ? DeploymentStatus.InProgress : status;

    /// <summary>Converts a status word to lower case with underscores, the form in which words are compared.</summary>
    public static string Normalize(string word)
    {
        // Most words are already normalized and need no new string.
        foreach (var c in word)
        {
            if (c is not ((>= 'a' and <= 'z') or '_'))
            {
                return word.Trim().ToLowerInvariant().Replace('-', '_').Replace(' ', '_');
            }
        }

        return word;
    }
}
