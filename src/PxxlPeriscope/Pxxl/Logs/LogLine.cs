namespace PxxlPeriscope;

/// <summary>One line of a log. What the service did not say is null.</summary>
public sealed record LogLine
{
    /// <summary>UTC.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The service's word, such as <c>info</c>, <c>warning</c> or <c>error</c>.</summary>
    public string? Level { get; init; }

    /// <summary>The service's word, such as <c>install</c> or <c>build</c>; build logs have it.</summary>
    public string? Phase { get; init; }

    /// <summary>The line, without a line break at its end. Empty for an empty line.</summary>
    public required string Text { get; init; }

    /// <summary>Which log it is from.</summary>
    public LogSource Source { get; init; }

    /// <summary>The deployment; null in the log of a project whose rows do not name one.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>The project, in the log of a project.</summary>
    public string? ProjectId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
