using System.Management.Automation;
using PxxlPeriscope.Budgets;
using PxxlPeriscope.PowerShell.Errors;
using PxxlPeriscope.PowerShell.Transformation;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Compares usage with limits. Writes nothing if all limits are met.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PxxlBudget")]
[OutputType(typeof(BudgetFinding))]
public sealed class TestPxxlBudget : PSCmdlet
{
    private Budget? _budget;

    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public Usage[] Usage { get; set; } = [];

    [Parameter]
    [BudgetLimitTransformation(BudgetMetric.ArtifactStorage)]
    public BudgetLimit? ArtifactStorage { get; set; }

    [Parameter]
    [BudgetLimitTransformation(BudgetMetric.BuildMinutes)]
    public BudgetLimit? BuildMinutes { get; set; }

    [Parameter]
    [BudgetLimitTransformation(BudgetMetric.Deployments)]
    public BudgetLimit? Deployments { get; set; }

    [Parameter]
    [BudgetLimitTransformation(BudgetMetric.Projects)]
    public BudgetLimit? Projects { get; set; }

    [Parameter]
    [BudgetLimitTransformation(BudgetMetric.Domains)]
    public BudgetLimit? Domains { get; set; }

    [Parameter]
    [BudgetLimitTransformation(BudgetMetric.Databases)]
    public BudgetLimit? Databases { get; set; }

    [Parameter]
    [PercentageTransformation]
    public double WarnAt { get; set; } = 80;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        (BudgetMetric Metric, BudgetLimit? Limit)[] metrics =
        [
            (BudgetMetric.ArtifactStorage, ArtifactStorage),
            (BudgetMetric.BuildMinutes, BuildMinutes),
            (BudgetMetric.Deployments, Deployments),
            (BudgetMetric.Projects, Projects),
            (BudgetMetric.Domains, Domains),
            (BudgetMetric.Databases, Databases),
        ];
        var specified = metrics.Where(each => each.Limit is not null).ToDictionary(each => each.Metric, each => each.Limit!);
        if (specified.Count == 0)
        {
            ThrowTerminatingError(ErrorRecords.NoBudget());
        }

        _budget = new Budget { Limits = specified, WarnAtPercent = WarnAt };
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var finding in Usage.SelectMany(usage => _budget!.Check(usage)))
        {
            if (finding.Reason is { } reason)
            {
                WriteWarning($"The budget for {finding.Metric} cannot be checked: {reason}.");
            }

            if (PassThru || finding.Severity != BudgetSeverity.Ok)
            {
                WriteObject(finding);
            }
        }
    }
}
