namespace PxxlPeriscope;

/// <summary>The usage of one project.</summary>
public sealed class ProjectUsage
{
    /// <summary>The project's id.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The project's name.</summary>
    public string? ProjectName { get; init; }

    /// <summary>Number of deployments.</summary>
    public long? DeploymentCount { get; init; }

    /// <summary>Build time, in seconds.</summary>
    public double? BuildSeconds { get; init; }

    /// <summary>Stored artifacts, in bytes.</summary>
    public long? ArtifactBytes { get; init; }

    /// <summary>The status as reported by the service, such as <c>active</c>.</summary>
    public string? Status { get; init; }

    /// <inheritdoc/>
    public override string ToString() => ProjectName ?? ProjectId ?? string.Empty;
}
