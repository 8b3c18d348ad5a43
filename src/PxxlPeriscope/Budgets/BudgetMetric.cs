namespace PxxlPeriscope;

/// <summary>The metrics that a budget can be set for: the values of <see cref="Usage"/> that a plan or a team limits.</summary>
public enum BudgetMetric
{
    /// <summary>Stored artifacts, in bytes.</summary>
    ArtifactStorage,

    /// <summary>Build time of the current month, in minutes.</summary>
    BuildMinutes,

    /// <summary>Total number of deployments. Pxxl does not return a number per month.</summary>
    Deployments,

    /// <summary>Number of existing projects.</summary>
    Projects,

    /// <summary>Number of existing domains.</summary>
    Domains,

    /// <summary>Number of existing databases.</summary>
    Databases,
}
