namespace PxxlPeriscope;

/// <summary>A team at Pxxl, called a spaceship in the dashboard. Values that the service does not return are null, never 0.</summary>
public sealed record Team
{
    /// <summary>The id, such as <c>team_123</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Same as <see cref="Id"/>, under the property name that other objects use.</summary>
    public string TeamId => Id;

    /// <summary>The team's name.</summary>
    public string? Name { get; init; }

    /// <summary>The description of the team.</summary>
    public string? Description { get; init; }

    /// <summary>The status as reported by the service, such as <c>active</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The role of the key's owner in the team, such as <c>owner</c>.</summary>
    public string? MyRole { get; init; }

    /// <summary>The id of the user who owns the team.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Number of members.</summary>
    public long? TotalMembers { get; init; }

    /// <summary>Number of projects.</summary>
    public long? TotalProjects { get; init; }

    /// <summary>Number of databases.</summary>
    public long? TotalDatabases { get; init; }

    /// <summary>Number of domains.</summary>
    public long? TotalDomains { get; init; }

    /// <summary>The address of the team's picture.</summary>
    public Uri? AvatarUrl { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name ?? Id;
}
