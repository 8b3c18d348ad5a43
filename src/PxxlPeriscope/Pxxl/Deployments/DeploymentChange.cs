namespace PxxlPeriscope;

/// <summary>A deployment that has come to another status.</summary>
public sealed record DeploymentChange
{
    /// <summary>The deployment as it is now.</summary>
    public required Deployment Deployment { get; init; }

    /// <summary>Where it stood before; null when it was not seen before.</summary>
    public DeploymentStatus? Previous { get; init; }

    /// <summary>Where it stands now.</summary>
    public required DeploymentStatus Current { get; init; }

    /// <summary>UTC; when the change was seen, which is later than when it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Deployment.Id}: {Previous?.ToString() ?? "new"} -> {Current}";
}
