using System.Management.Automation;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Reports;
using PxxlPeriscope.Reports.Ci;
using PxxlPeriscope.Reports.Csv;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Makes a Periscope report of each row that comes in, or one from parameters and the CI job it runs in; makes no call and judges nothing.</summary>
[Cmdlet(VerbsCommon.New, "PeriscopeDeployment")]
[OutputType(typeof(DeploymentReport))]
public sealed class NewPeriscopeDeployment : PSCmdlet
{
    private readonly CsvRowReader _rows = new(TimeProvider.System);

    /// <summary>The id under which Periscope keeps one record.</summary>
    [Parameter(Position = 0)]
    public string DeploymentId { get; set; } = string.Empty;

    /// <summary>The deployed commit, 5 to 40 hexadecimal characters.</summary>
    [Parameter]
    public string CommitSha { get; set; } = string.Empty;

    /// <summary>Only the exact word production counts in the metrics.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    public string Environment { get; set; } = string.Empty;

    /// <summary>pending, in_progress, success, failure, cancelled or rolled_back; in a CI job also its own words.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ReportStatusCompleter))]
    public string Status { get; set; } = string.Empty;

    /// <summary>When it began.</summary>
    [Parameter]
    [TimestampTransformation]
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When it ended; the four finished statuses need it.</summary>
    [Parameter]
    [TimestampTransformation]
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>The organization; it must be the key's own.</summary>
    [Parameter]
    public string? OrganizationSlug { get; set; }

    /// <summary>The service; the repository's name works best.</summary>
    [Parameter]
    public string? Service { get; set; }

    /// <summary>The branch.</summary>
    [Parameter]
    public string? Branch { get; set; }

    /// <summary>The commit deployed there before; give it only when sure.</summary>
    [Parameter]
    public string? PreviousCommitSha { get; set; }

    /// <summary>Who or what started it.</summary>
    [Parameter]
    public string? TriggeredBy { get; set; }

    /// <summary>The pipeline's name.</summary>
    [Parameter]
    public string? PipelineName { get; set; }

    /// <summary>Link to the pipeline's run.</summary>
    [Parameter]
    public string? PipelineUrl { get; set; }

    /// <summary>Objects with properties named like the parameters, such as the rows of a CSV file.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject? InputObject { get; set; }

    private IEnumerable<KeyValuePair<string, object?>> SpecifiedFields => MyInvocation.BoundParameters
        .Where(bound => ReportBuilder.IsField(bound.Key))
        .Select(bound => new KeyValuePair<string, object?>(bound.Key, bound.Value));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            WriteObject(_rows.Read(CsvRowInput.Read(InputObject, MyInvocation.ExpectingInput), SpecifiedFields));
            return;
        }

        var folder = SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        var filled = new CiReportBuilder(System.Environment.GetEnvironmentVariable, folder, TimeProvider.System).Build(SpecifiedFields);
        foreach (var origin in filled.Sources)
        {
            WriteVerbose(origin);
        }

        foreach (var warning in filled.Warnings)
        {
            WriteWarning(warning);
        }

        WriteObject(filled.Report);
    }
}
