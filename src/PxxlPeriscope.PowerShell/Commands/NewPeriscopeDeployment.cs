using System.Management.Automation;
using PxxlPeriscope.PowerShell.Binding;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Makes a Periscope report from parameters, or one of each CSV row; makes no call and judges nothing.</summary>
[Cmdlet(VerbsCommon.New, "PeriscopeDeployment")]
[OutputType(typeof(DeploymentReport))]
public sealed class NewPeriscopeDeployment : PSCmdlet
{
    /// <summary>The id under which Periscope keeps one record.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string DeploymentId { get; set; } = string.Empty;

    /// <summary>The deployed commit, 5 to 40 hexadecimal characters.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string CommitSha { get; set; } = string.Empty;

    /// <summary>Only the exact word production counts in the metrics.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    [AllowEmptyString]
    public string Environment { get; set; } = string.Empty;

    /// <summary>pending, in_progress, success, failure, cancelled or rolled_back.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ReportStatusCompleter))]
    [AllowEmptyString]
    public string Status { get; set; } = string.Empty;

    /// <summary>When it began.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [MomentTransformation]
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When it ended; the four finished statuses need it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [MomentTransformation]
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>The organisation; it must be the key's own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string? OrganizationSlug { get; set; }

    /// <summary>The service; the repository's name works best.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string? Service { get; set; }

    /// <summary>The branch.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string? Branch { get; set; }

    /// <summary>The commit deployed there before; give it only when sure.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string? PreviousCommitSha { get; set; }

    /// <summary>Who or what started it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string? TriggeredBy { get; set; }

    /// <summary>The pipeline's name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string? PipelineName { get; set; }

    /// <summary>Link to the pipeline's run.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string? PipelineUrl { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => WriteObject(new DeploymentReport
    {
        DeploymentId = DeploymentId.Trim(),
        CommitSha = CommitSha.Trim(),
        Environment = Environment.Trim(),
        Status = Status.Trim(),
        StartedAt = StartedAt,
        CompletedAt = CompletedAt,
        CompletedAtSource = CompletedAt is null ? CompletionSource.None : CompletionSource.Given,
        OrganizationSlug = Given(OrganizationSlug),
        Service = Given(Service),
        Branch = Given(Branch),
        PreviousCommitSha = Given(PreviousCommitSha),
        TriggeredBy = Given(TriggeredBy),
        PipelineName = Given(PipelineName),
        PipelineUrl = Given(PipelineUrl),
    });

    /// <summary>An empty cell of a CSV row is an absent field.</summary>
    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text!.Trim();
}
