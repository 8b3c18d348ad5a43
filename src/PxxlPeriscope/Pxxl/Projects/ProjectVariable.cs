namespace PxxlPeriscope;

/// <summary>An environment variable of a project: its name and properties, never its value.</summary>
public sealed record ProjectVariable
{
    /// <summary>The variable's name, such as <c>DATABASE_URL</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the value is kept secret; null if the service does not return this.</summary>
    public bool? IsSecret { get; init; }

    /// <summary>The scope as reported by the service, such as <c>app</c> or <c>production</c>.</summary>
    public string? Scope { get; init; }

    /// <summary>Whether it is one of the project's global variables.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>The project's id.</summary>
    public required string ProjectId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
