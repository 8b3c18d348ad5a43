namespace PxxlPeriscope;

/// <summary>The usage of an account or a team. Values that the service does not return are null, never 0.</summary>
public sealed class Usage
{
    /// <summary>The scope as reported by the service, such as <c>personal</c> or <c>team</c>.</summary>
    public string? Scope { get; init; }

    /// <summary>The id of the team; null for a personal account.</summary>
    public string? TeamId { get; init; }

    /// <summary>Number of projects.</summary>
    public long? TotalProjects { get; init; }

    /// <summary>Number of active projects.</summary>
    public long? ActiveProjects { get; init; }

    /// <summary>Total number of deployments.</summary>
    public long? TotalDeployments { get; init; }

    /// <summary>Number of successful deployments.</summary>
    public long? SuccessfulDeployments { get; init; }

    /// <summary>Number of failed deployments.</summary>
    public long? FailedDeployments { get; init; }

    /// <summary>Number of deployments in progress.</summary>
    public long? RunningDeployments { get; init; }

    /// <summary>Number of domains.</summary>
    public long? TotalDomains { get; init; }

    /// <summary>Number of databases.</summary>
    public long? TotalDatabases { get; init; }

    /// <summary>Total build time, in seconds.</summary>
    public double? BuildSeconds { get; init; }

    /// <summary>Build time of the current month, in seconds. The time zone in which a month begins is not documented.</summary>
    public double? MonthlyBuildSeconds { get; init; }

    /// <summary>Build time of the current month, in minutes.</summary>
    public double? MonthlyBuildMinutes => MonthlyBuildSeconds / 60;

    /// <summary>Stored artifacts, in bytes.</summary>
    public long? ArtifactBytes { get; init; }

    /// <summary>The size of artifacts that the plan allows, in bytes.</summary>
    public long? ArtifactLimitBytes { get; init; }

    /// <summary>Stored artifacts as a percentage of the limit.</summary>
    public double? ArtifactPercent => ArtifactLimitBytes > 0 ? 100d * ArtifactBytes / ArtifactLimitBytes : null;

    /// <summary>The usage of each project.</summary>
    public IReadOnlyList<ProjectUsage> Projects { get; init; } = [];
}
