namespace PxxlPeriscope;

/// <summary>One environment variable of a project: that it exists, never its value.</summary>
public sealed record ProjectVariable
{
    /// <summary>The variable's name, such as <c>DATABASE_URL</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is kept secret; null where the service does not say.</summary>
    public bool? IsSecret { get; init; }

    /// <summary>The service's word for where it holds, such as <c>app</c> or <c>production</c>.</summary>
    public string? Scope { get; init; }

    /// <summary>Whether it is one of the project's global variables.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>The project's id.</summary>
    public required string ProjectId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
