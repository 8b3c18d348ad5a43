namespace PxxlPeriscope;

/// <summary>A line of a log. Values that the service does not return are null.</summary>
public sealed record LogLine
{
    /// <summary>The time of the line, in UTC.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The level as reported by the service, such as <c>info</c>, <c>warning</c> or <c>error</c>.</summary>
    public string? Level { get; init; }

    /// <summary>The phase as reported by the service, such as <c>install</c> or <c>build</c>. Only build logs have it.</summary>
    public string? Phase { get; init; }

    /// <summary>The text of the line, without a line break at the end. Empty for an empty line.</summary>
    public required string Text { get; init; }

    /// <summary>The log that the line belongs to.</summary>
    public LogSource Source { get; init; }

    /// <summary>The deployment's id; null in the log of a project whose rows do not name a deployment.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>The project's id; set only for the log of a project.</summary>
    public string? ProjectId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
