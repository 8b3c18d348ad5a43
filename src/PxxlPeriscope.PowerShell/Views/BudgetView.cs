using System.Globalization;
using System.Management.Automation.Host;

namespace PxxlPeriscope.PowerShell.Views;

/// <summary>The columns of budget findings.</summary>
public static class BudgetView
{
    private static readonly Dictionary<BudgetSeverity, int> Colors = new()
    {
        [BudgetSeverity.Ok] = 32,
        [BudgetSeverity.Near] = 33,
        [BudgetSeverity.Reached] = 31,
        [BudgetSeverity.Unknown] = 35,
    };

    /// <summary>The severity, colored if the host supports colors.</summary>
    public static string Severity(BudgetFinding finding, PSHost host) =>
        DeploymentView.Colorize(finding.Severity.ToString(), Colors[finding.Severity], host);

    /// <summary>An amount with its unit, such as <c>1.2 GiB</c> or <c>4,000</c>.</summary>
    public static string? Amount(BudgetFinding finding, double? amount) => finding.FormatAmount(amount);

    /// <summary>A percentage with the percent sign.</summary>
    public static string? Percent(double? percent) =>
        percent is { } value ? string.Format(CultureInfo.InvariantCulture, "{0:0.#} %", value) : null;

    /// <summary>The projection for the end of the month, such as <c>4,650 (116.3 %)</c>.</summary>
    public static string? Projection(BudgetFinding finding) =>
        finding.Projected is null ? null
        : finding.ProjectedPercent is null ? Amount(finding, finding.Projected)
        : $"{Amount(finding, finding.Projected)} ({Percent(finding.ProjectedPercent)})";
}
