using System.Globalization;
using PxxlPeriscope.Budgets;
using PxxlPeriscope.Text;

namespace PxxlPeriscope;

/// <summary>The usage of one metric compared with its budget. Unknown values are null, never 0.</summary>
public sealed record BudgetFinding
{
    /// <summary>The metric.</summary>
    public required BudgetMetric Metric { get; init; }

    /// <summary>
    /// The unit of <see cref="Used"/>, <see cref="Limit"/> and <see cref="Projected"/>: <c>bytes</c> or <c>minutes</c>; null for a count.
    /// </summary>
    public string? Unit { get; init; }

    /// <summary>The amount used.</summary>
    public double? Used { get; init; }

    /// <summary>The budget. If it is specified as a percentage, that part of the plan's limit.</summary>
    public double? Limit { get; init; }

    /// <summary>The used percentage of the budget, which can exceed 100.</summary>
    public double? Percent => Limit > 0 ? 100 * Used / Limit : null;

    /// <summary>The percentage of the budget at which it counts as nearly reached.</summary>
    public double WarnAtPercent { get; init; }

    /// <summary>The result of the comparison.</summary>
    public BudgetSeverity Severity =>
        Percent is not { } percent ? BudgetSeverity.Unknown
        : percent >= 100 ? BudgetSeverity.Reached
        : percent >= WarnAtPercent ? BudgetSeverity.Near
        : BudgetSeverity.Ok;

    /// <summary>
    /// The projected amount at the end of the month if usage continues at the same rate; null for metrics that do not restart each month,
    /// and while too little of the month has passed.
    /// </summary>
    public double? Projected { get; init; }

    /// <summary><see cref="Projected"/> as a percentage of the budget.</summary>
    public double? ProjectedPercent => Limit > 0 ? 100 * Projected / Limit : null;

    /// <summary>Whether the budget will be reached by the end of the month at this rate; null if there is no projection.</summary>
    public bool? WillBeReached => ProjectedPercent is { } projected ? projected >= 100 : null;

    /// <summary>The team; null for a personal account.</summary>
    public string? TeamId { get; init; }

    /// <summary>Why the budget cannot be checked; null if it can.</summary>
    public string? Reason { get; init; }

    /// <summary>The name of the metric: <c>artifact storage</c>.</summary>
    internal string Name => BudgetMeasure.For(Metric).Name;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Reason ?? FormatFigures()}";

    /// <summary>Formats the amount used, the limit and the percentage: <c>45.0 GiB of 40.0 GiB (112.5 %)</c>.</summary>
    internal string FormatFigures() =>
        string.Format(
            CultureInfo.InvariantCulture,
            "{0} of {1} ({2:0.#} %)",
            FormatAmount(Used) ?? "?",
            FormatAmount(Limit) ?? "?",
            Percent
        );

    /// <summary>Formats an amount of this metric: bytes in steps of 1024, other numbers with thousands separators.</summary>
    internal string? FormatAmount(double? amount) =>
        amount is not { } value ? null
        : Metric == BudgetMetric.ArtifactStorage ? ByteSize.Format(value)
        : value.ToString("#,0.#", CultureInfo.InvariantCulture);
}
