using System.Collections;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Running;

/// <summary>A cmdlet that takes reports, or Pxxl deployments that it converts.</summary>
public abstract class ReportCmdlet : ServiceCmdlet
{
    private protected const string ReportSet = "Report";
    private protected const string DeploymentSet = "Deployment";

    private ReportConversion? _conversion;

    /// <summary>Pxxl deployments, from <c>Get-PxxlDeployment</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = DeploymentSet)]
    [ValidateNotNull]
    public Deployment[] Deployment { get; set; } = [];

    /// <summary>Periscope's environment by the word that Pxxl has, as in <c>@{ prod = 'production' }</c>.</summary>
    [Parameter(ParameterSetName = DeploymentSet)]
    [ValidateNotNull]
    public IDictionary EnvironmentMap { get; set; } = new Hashtable();

    /// <summary>Periscope's service by project name or id, as in <c>@{ 'checkout-api' = 'shop/checkout' }</c>.</summary>
    [Parameter(ParameterSetName = DeploymentSet)]
    [ValidateNotNull]
    public IDictionary ServiceMap { get; set; } = new Hashtable();

    private protected virtual IEnumerable<DeploymentReport> Given => [];

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        foreach (var report in ParameterSetName == ReportSet ? Given : Converted())
        {
            ProcessReport(report);
        }
    }

    private protected abstract void ProcessReport(DeploymentReport report);

    private IEnumerable<DeploymentReport> Converted()
    {
        _conversion ??= new ReportConversion { EnvironmentMap = Words(EnvironmentMap), ServiceMap = Words(ServiceMap) };
        foreach (var deployment in Deployment)
        {
            if (_conversion.Convert(deployment, out var skipped) is { } report)
            {
                yield return report;
            }
            else
            {
                WriteWarning(skipped);
            }
        }
    }

    private static Dictionary<string, string> Words(IDictionary map) =>
        map.Cast<DictionaryEntry>().ToDictionary(entry => LanguagePrimitives.ConvertTo<string>(entry.Key), entry => LanguagePrimitives.ConvertTo<string>(entry.Value));
}
