using System.Management.Automation;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Reports;
using PxxlPeriscope.Reports.Ci;
using PxxlPeriscope.Reports.Csv;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>
/// Creates Periscope reports from input rows, or one report from parameters and the current CI job. Makes no request and does not validate.
/// </summary>
[Cmdlet(VerbsCommon.New, "PeriscopeDeployment")]
[OutputType(typeof(DeploymentReport))]
public sealed class NewPeriscopeDeployment : PSCmdlet
{
    private readonly CsvRowReader _rows = new(TimeProvider.System);

    [Parameter(Position = 0)]
    public string DeploymentId { get; set; } = string.Empty;

    [Parameter]
    public string CommitSha { get; set; } = string.Empty;

    [Parameter]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    public string Environment { get; set; } = string.Empty;

    [Parameter]
    [ArgumentCompleter(typeof(ReportStatusCompleter))]
    public string Status { get; set; } = string.Empty;

    [Parameter]
    [TimestampTransformation]
    public DateTimeOffset? StartedAt { get; set; }

    [Parameter]
    [TimestampTransformation]
    public DateTimeOffset? CompletedAt { get; set; }

    [Parameter]
    public string? OrganizationSlug { get; set; }

    [Parameter]
    public string? Service { get; set; }

    [Parameter]
    public string? Branch { get; set; }

    [Parameter]
    public string? PreviousCommitSha { get; set; }

    [Parameter]
    public string? TriggeredBy { get; set; }

    [Parameter]
    public string? PipelineName { get; set; }

    [Parameter]
    public string? PipelineUrl { get; set; }

    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject? InputObject { get; set; }

    private IEnumerable<KeyValuePair<string, object?>> SpecifiedFields =>
        MyInvocation
            .BoundParameters.Where(bound => ReportBuilder.IsField(bound.Key))
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
