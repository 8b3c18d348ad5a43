namespace PxxlPeriscope;

/// <summary>What a budget can be set for: the figures of <see cref="Usage"/> that a plan or a team limits.</summary>
public enum BudgetMetric
{
    /// <summary>Stored artifacts, in bytes.</summary>
    ArtifactStorage,

    /// <summary>Build time of the current month, in minutes.</summary>
    BuildMinutes,

    /// <summary>Deployments of all time; Pxxl gives no number for a month.</summary>
    Deployments,

    /// <summary>Projects that exist.</summary>
    Projects,

    /// <summary>Domains that exist.</summary>
    Domains,

    /// <summary>Databases that exist.</summary>
    Databases,
}
