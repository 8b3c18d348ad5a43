namespace PxxlPeriscope.Pxxl.Deployments;

/// <summary>Selects deployments. Pxxl can filter by project only, so all other filters are applied to the rows that it lists.</summary>
public sealed record DeploymentQuery
{
    /// <summary>The project's id; null for all projects.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Only deployments created at or after this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only deployments created at or before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>
    /// Names of <see cref="DeploymentStatus"/> values or status words of the service; any of them matches. Empty for all.
    /// </summary>
    public IReadOnlyCollection<string> Status { get; init; } = [];

    /// <summary>Returns whether a branch is included; null for all.</summary>
    public Func<string, bool>? Branch { get; init; }

    /// <summary>
    /// Returns whether an environment is included; null for all. A deployment without an environment counts as production.
    /// </summary>
    public Func<string, bool>? Environment { get; init; }

    /// <summary>The maximum number of deployments that are read. It limits the number of requests if no other filter is set.</summary>
    public ulong MaxRows { get; init; } = ulong.MaxValue;

    internal int PageSize => IsUnfiltered && MaxRows < PxxlClient.MaxPageSize ? Math.Max(1, (int)MaxRows) : PxxlClient.MaxPageSize;

    /// <summary>Whether no filter is applied to the rows that the service lists.</summary>
    public bool IsUnfiltered => Since is null && Until is null && Status.Count == 0 && Branch is null && Environment is null;

    /// <summary>Whether a status can ever match: the name of a normalized status, or a known Pxxl status word.</summary>
    public static bool IsKnownStatus(string status) =>
        DeploymentStatusParser.FindByName(status) is not null
        || DeploymentStatusParser.Known.Contains(DeploymentStatusParser.Normalize(status));

    /// <summary>Whether a deployment matches.</summary>
    public bool Includes(Deployment deployment) =>
        (Since is null || deployment.CreatedAt >= Since)
        && (Until is null || deployment.CreatedAt <= Until)
        && (Status.Count == 0 || Status.Any(status => HasStatus(deployment, status)))
        && (Branch is null || (deployment.Branch is { } branch && Branch(branch)))
        && (Environment is null || Environment(deployment.Environment ?? "production"));

    private static bool HasStatus(Deployment deployment, string status) =>
        // A normalized name takes precedence: `failed` is also a word of the service, but here it means every kind of failure.
        DeploymentStatusParser.FindByName(status)
            is { } normalized
            ? deployment.Status == normalized
            : deployment.RawStatus is { } raw && DeploymentStatusParser.Normalize(raw) == DeploymentStatusParser.Normalize(status);
}
