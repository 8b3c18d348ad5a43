namespace PxxlPeriscope;

/// <summary>The owner and the permissions of a key, as returned by whoami. Values that the service does not return are null.</summary>
public sealed class Account
{
    /// <summary>The user's id.</summary>
    public string? UserId { get; init; }

    /// <summary>The user's e-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>The user's name.</summary>
    public string? Name { get; init; }

    /// <summary>The key's scopes, such as <c>deploy,storage</c> or <c>all</c>.</summary>
    public string? Scope { get; init; }

    /// <summary><c>read</c> or <c>read_write</c>.</summary>
    public string? Permission { get; init; }

    /// <summary>The team that the key itself is bound to.</summary>
    public string? KeyTeamId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Email ?? Name ?? UserId ?? string.Empty;
}
