using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Lists all reasons why Periscope would reject a report. Makes no request.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PeriscopeDeployment", DefaultParameterSetName = ReportSet)]
[OutputType(typeof(ReportValidation))]
public sealed class TestPeriscopeDeployment : ReportCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ReportSet)]
    [ValidateNotNull]
    public DeploymentReport[] Report { get; set; } = [];

    private protected override IEnumerable<DeploymentReport> InputReports => Report;

    private protected override void ProcessReport(DeploymentReport report, object? tag) => WriteObject(ReportValidation.Check(report));
}
