using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Converts Pxxl deployments to Periscope reports. Makes no request.</summary>
[Cmdlet(VerbsData.ConvertTo, "PeriscopeDeployment", DefaultParameterSetName = DeploymentSet)]
[OutputType(typeof(DeploymentReport))]
public sealed class ConvertToPeriscopeDeployment : ReportCmdlet
{
    private protected override void ProcessReport(DeploymentReport report, object? tag) => WriteObject(report);
}
