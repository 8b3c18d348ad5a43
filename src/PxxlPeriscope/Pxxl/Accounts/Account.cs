namespace PxxlPeriscope;

/// <summary>Whom a key belongs to and what it may do, as whoami tells it. Null where it does not.</summary>
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

    /// <summary>The team the key itself is bound to.</summary>
    public string? KeyTeamId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Email ?? Name ?? UserId ?? string.Empty;
}
