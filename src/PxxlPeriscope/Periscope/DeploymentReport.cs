namespace PxxlPeriscope;

/// <summary>
/// A report about one deployment, as sent to Periscope. It can hold any text, valid or not: <see cref="ReportValidation"/> checks it.
/// (docs/facts/periscope-api.md, "Report".)
/// </summary>
public sealed record DeploymentReport
{
    /// <summary>The id of the record in Periscope. Sending a report with the same id again updates that record.</summary>
    public string DeploymentId
    {
        get;
        init => field = value ?? string.Empty;
    } = string.Empty;

    /// <summary>The deployed commit: 5 to 40 hexadecimal characters, preferably all 40.</summary>
    public string CommitSha { get; init; } = string.Empty;

    /// <summary>Free text. Only the exact value <c>production</c> counts in the metrics.</summary>
    public string Environment { get; init; } = string.Empty;

    /// <summary>One of <see cref="ReportStatus.All"/>.</summary>
    public string Status { get; init; } = string.Empty;

    /// <summary>Start time of the deployment, in UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Completion time, in UTC. Required for terminal statuses and omitted for all others.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The source of <see cref="CompletedAt"/>. Not sent.</summary>
    public CompletionSource CompletedAtSource { get; init; }

    /// <summary>If specified, must be the organization that the key belongs to.</summary>
    public string? OrganizationSlug { get; init; }

    /// <summary>Preferably the repository name: Periscope uses it to find pull requests.</summary>
    public string? Service { get; init; }

    /// <summary>Stored, but not used in any metric.</summary>
    public string? Branch { get; init; }

    /// <summary>The commit that was deployed there before. Periscope links every pull request merged since then.</summary>
    public string? PreviousCommitSha { get; init; }

    /// <summary>The user or system that started the deployment.</summary>
    public string? TriggeredBy { get; init; }

    /// <summary>The name of the pipeline, such as <c>Production Deploy</c>.</summary>
    public string? PipelineName { get; init; }

    /// <summary>Link to the run. The dashboard shows it next to failed deployments.</summary>
    public string? PipelineUrl { get; init; }

    /// <summary>
    /// The line of the input file on which the row of this report begins, where the header is line 1; null if the report was not read from
    /// a file. Not sent.
    /// </summary>
    public int? Line { get; init; }

    /// <summary>Text for a confirmation prompt or -WhatIf.</summary>
    internal string Summary => $"{DeploymentId} ({Status}, {Environment}, {Service ?? "no service"})";

    /// <summary>Values that could not be read. Each is a reason to reject the report.</summary>
    internal IReadOnlyList<InvalidValue> Unreadable { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => DeploymentId;

    /// <summary>A value in a row that cannot be used in a report. It is kept so that the report can be rejected with the reason.</summary>
    /// <param name="Field">The name of the report property; null if the row as a whole is invalid.</param>
    /// <param name="Reason">The reason for the rejection.</param>
    internal sealed record InvalidValue(string? Field, string Reason);
}
