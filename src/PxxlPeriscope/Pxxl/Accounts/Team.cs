namespace PxxlPeriscope;

/// <summary>One team at Pxxl, which the dashboard calls a spaceship. What the service did not say is null, never 0.</summary>
public sealed record Team
{
    /// <summary>The id, such as <c>team_123</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The same as <see cref="Id"/>, under the name that other objects have it by.</summary>
    public string TeamId => Id;

    /// <summary>The team's name.</summary>
    public string? Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>The service's word, such as <c>active</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The role of the key's owner in it, such as <c>owner</c>.</summary>
    public string? MyRole { get; init; }

    /// <summary>The user whose team it is.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Number of members.</summary>
    public long? TotalMembers { get; init; }

    /// <summary>Number of projects.</summary>
    public long? TotalProjects { get; init; }

    /// <summary>Number of databases.</summary>
    public long? TotalDatabases { get; init; }

    /// <summary>Number of domains.</summary>
    public long? TotalDomains { get; init; }

    /// <summary>Its picture.</summary>
    public Uri? AvatarUrl { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name ?? Id;
}
