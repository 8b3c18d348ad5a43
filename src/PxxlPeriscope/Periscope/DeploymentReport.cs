namespace PxxlPeriscope;

/// <summary>
/// What Periscope is told about one deployment. It holds any text, valid or not: <see cref="ReportValidation"/> says what is wrong.
/// (docs/facts/periscope-api.md, "Report".)
/// </summary>
public sealed record DeploymentReport
{
    /// <summary>The id under which Periscope keeps one record: sending it again updates that record.</summary>
    public string DeploymentId
    {
        get;
        init => field = value ?? string.Empty;
    } = string.Empty;

    /// <summary>The deployed commit: 5 to 40 hexadecimal characters, 40 are best.</summary>
    public string CommitSha { get; init; } = string.Empty;

    /// <summary>Free text; only the exact word <c>production</c> counts in the metrics.</summary>
    public string Environment { get; init; } = string.Empty;

    /// <summary>One of <see cref="ReportStatus.All"/>.</summary>
    public string Status { get; init; } = string.Empty;

    /// <summary>When the deployment began, UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, UTC; exactly the terminal statuses have one.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Where <see cref="CompletedAt"/> comes from. Not sent.</summary>
    public CompletionSource CompletedAtSource { get; init; }

    /// <summary>Must be the key's own organization when given.</summary>
    public string? OrganizationSlug { get; init; }

    /// <summary>The repository's name works best: pull requests are found by it.</summary>
    public string? Service { get; init; }

    /// <summary>Stored, not used in any metric.</summary>
    public string? Branch { get; init; }

    /// <summary>The commit deployed there before; every pull request merged since is then linked.</summary>
    public string? PreviousCommitSha { get; init; }

    /// <summary>Who or what started it.</summary>
    public string? TriggeredBy { get; init; }

    /// <summary>Such as <c>Production Deploy</c>.</summary>
    public string? PipelineName { get; init; }

    /// <summary>Link to the run; the dashboard shows it beside failed deployments.</summary>
    public string? PipelineUrl { get; init; }

    /// <summary>The line of the file on which the row begins that this was read from, the header's being 1; null when it was read from none. Not sent.</summary>
    public int? Line { get; init; }

    /// <summary>For a question or a -WhatIf.</summary>
    internal string Summary => $"{DeploymentId} ({Status}, {Environment}, {Service ?? "no service"})";

    /// <summary>What could not be read: reasons to refuse the report.</summary>
    internal IReadOnlyList<InvalidValue> Unreadable { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => DeploymentId;

    /// <summary>Something in a row that a report could not be made of, kept so that the report can be refused with it.</summary>
    /// <param name="Field">The name of the report's property; null when it is the row as a whole.</param>
    /// <param name="Reason">What is wrong, as the reason of a refusal.</param>
    internal sealed record InvalidValue(string? Field, string Reason);
}
