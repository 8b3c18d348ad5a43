using System.Collections;
using System.Management.Automation;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Reports.Conversion;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Base class of cmdlets that accept reports, or Pxxl deployments and convert them.</summary>
public abstract class ReportCmdlet : DeliveryCmdlet
{
    private protected const string ReportSet = "Report";
    private protected const string DeploymentSet = "Deployment";
    private protected const string EventSet = "Event";

    private ReportConverter? _conversion;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = DeploymentSet)]
    [ValidateNotNull]
    public Deployment[] Deployment { get; set; } = [];

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = EventSet)]
    [ValidateNotNull]
    public PxxlWebhookEvent[] Event { get; set; } = [];

    [Parameter(ParameterSetName = DeploymentSet)]
    [Parameter(ParameterSetName = EventSet)]
    [ValidateNotNull]
    public IDictionary EnvironmentMap { get; set; } = new Hashtable();

    [Parameter(ParameterSetName = DeploymentSet)]
    [Parameter(ParameterSetName = EventSet)]
    [ValidateNotNull]
    public IDictionary ServiceMap { get; set; } = new Hashtable();

    private protected virtual IEnumerable<DeploymentReport> InputReports => [];

    private ReportConverter Conversion =>
        _conversion ??= new ReportConverter { EnvironmentMap = StringMap.Read(EnvironmentMap), ServiceMap = StringMap.Read(ServiceMap) };

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        foreach (var report in ParameterSetName == ReportSet ? InputReports : [])
        {
            ProcessReport(report, tag: null);
        }

        foreach (var deployment in Deployment)
        {
            Process(Conversion.Convert(deployment, out var skipReason), skipReason, tag: null);
        }

        foreach (var webhookEvent in Event)
        {
            if (webhookEvent.Deployment is null)
            {
                WriteVerbose($"The event {webhookEvent.Name} does not concern a deployment and is not reported.");
                continue;
            }

            Process(Conversion.Convert(webhookEvent, out var skipReason), skipReason, webhookEvent);
        }
    }

    /// <param name="report">The report.</param>
    /// <param name="tag">The event from which the report was created, if any.</param>
    private protected abstract void ProcessReport(DeploymentReport report, object? tag);

    private void Process(DeploymentReport? report, string? skipReason, object? tag)
    {
        if (report is null)
        {
            WriteWarning(skipReason!);
        }
        else
        {
            ProcessReport(report, tag);
        }
    }
}
