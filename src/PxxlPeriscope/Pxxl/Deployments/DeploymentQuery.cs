namespace PxxlPeriscope.Pxxl.Deployments;

/// <summary>Which deployments are wanted. Pxxl has no filter but the project, so all others are applied to what it lists.</summary>
public sealed record DeploymentQuery
{
    /// <summary>Only this project's; null for all.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Created at or after.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Created at or before.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Names of <see cref="DeploymentStatus"/> or words of the service; any of them. Empty for all.</summary>
    public IReadOnlyCollection<string> Status { get; init; } = [];

    /// <summary>Whether a branch is wanted; null for all.</summary>
    public Func<string, bool>? Branch { get; init; }

    /// <summary>Whether an environment is wanted; null for all. A deployment that names none is in production.</summary>
    public Func<string, bool>? Environment { get; init; }

    /// <summary>How many deployments will be taken at the most: no more than they need are asked for, where no filter decides that.</summary>
    public ulong MaxRows { get; init; } = ulong.MaxValue;

    internal int PageSize => IsUnfiltered && MaxRows < PxxlClient.MaxPageSize ? Math.Max(1, (int)MaxRows) : PxxlClient.MaxPageSize;

    /// <summary>Nothing but the service decides which rows come.</summary>
    public bool IsUnfiltered => Since is null && Until is null && Status.Count == 0 && Branch is null && Environment is null;

    /// <summary>Whether a word can ever match: a normalized status, or a word that Pxxl is known to use.</summary>
    public static bool IsKnownStatus(string status) =>
        DeploymentStatusParser.FindByName(status) is not null
        || DeploymentStatusParser.Known.Contains(DeploymentStatusParser.Normalize(status));

    /// <summary>Whether the deployment is wanted.</summary>
    public bool Includes(Deployment deployment) =>
        (Since is null || deployment.CreatedAt >= Since)
        && (Until is null || deployment.CreatedAt <= Until)
        && (Status.Count == 0 || Status.Any(status => HasStatus(deployment, status)))
        && (Branch is null || (deployment.Branch is { } branch && Branch(branch)))
        && (Environment is null || Environment(deployment.Environment ?? "production"));

    private static bool HasStatus(Deployment deployment, string status) =>
        // A normalized name wins: `failed` is also a word of the service, but means every kind of failure.
        DeploymentStatusParser.FindByName(status)
            is { } normalized
            ? deployment.Status == normalized
            : deployment.RawStatus is { } raw && DeploymentStatusParser.Normalize(raw) == DeploymentStatusParser.Normalize(status);
}
