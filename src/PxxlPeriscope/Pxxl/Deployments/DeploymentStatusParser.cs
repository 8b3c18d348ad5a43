namespace PxxlPeriscope.Pxxl.Deployments;

/// <summary>The known and expected status words of Pxxl, and their meaning. (docs/facts/pxxl-api.md, "Status words".)</summary>
public static class DeploymentStatusParser
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

    /// <summary>What the words amount to, in the order of a deployment's life.</summary>
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

    /// <summary>The status of that name, in any case; null when there is none.</summary>
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

    /// <summary>Every word whose meaning is known.</summary>
    public static IReadOnlyCollection<string> Known => StatusByWord.Keys;

    /// <summary>Whether nothing more will happen to a deployment of that status by itself.</summary>
    public static bool IsTerminal(this DeploymentStatus status) =>
        status is DeploymentStatus.Success or DeploymentStatus.Failed or DeploymentStatus.Stopped or DeploymentStatus.RolledBack;

    /// <summary>What a deployment-level word amounts to. A word that nobody knows is a phase on the way: never an error.</summary>
    public static DeploymentStatus Parse(string? word) =>
        string.IsNullOrWhiteSpace(word) ? DeploymentStatus.Unknown
        : StatusByWord.TryGetValue(Normalize(word!), out var status) ? status
        : DeploymentStatus.InProgress;

    /// <summary>
    /// What is certain from the build's word alone: a good build is no release yet, since promoting the route can still fail
    /// some 15 to 90 seconds later.
    /// </summary>
    public static DeploymentStatus ParseBuildStatus(string? word) =>
        Parse(word) is var status && status == DeploymentStatus.Success ? DeploymentStatus.InProgress : status;

    /// <summary>Lower case, with underscores: the form in which words are compared.</summary>
    public static string Normalize(string word)
    {
        // Most words arrive in this form already; a page of them then costs nothing.
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
