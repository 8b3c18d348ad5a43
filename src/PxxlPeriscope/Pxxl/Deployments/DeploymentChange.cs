namespace PxxlPeriscope;

/// <summary>A status change of a deployment.</summary>
public sealed record DeploymentChange
{
    /// <summary>The deployment after the change.</summary>
    public required Deployment Deployment { get; init; }

    /// <summary>The previous status; null if the deployment was not seen before.</summary>
    public DeploymentStatus? Previous { get; init; }

    /// <summary>The current status.</summary>
    public required DeploymentStatus Current { get; init; }

    /// <summary>The time at which the change was detected, in UTC. It is later than the change itself.</summary>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Deployment.Id}: {Previous?.ToString() ?? "new"} -> {Current}";
}
