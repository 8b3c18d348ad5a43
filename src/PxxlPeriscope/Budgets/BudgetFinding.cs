using System.Globalization;
using PxxlPeriscope.Budgets;
using PxxlPeriscope.Text;

namespace PxxlPeriscope;

/// <summary>How one figure stands to its budget. What cannot be known is null, never 0.</summary>
public sealed record BudgetFinding
{
    /// <summary>What is limited.</summary>
    public required BudgetMetric Metric { get; init; }

    /// <summary>The unit of <see cref="Used"/>, <see cref="Limit"/> and <see cref="Projected"/>: <c>bytes</c> or <c>minutes</c>; null for a count.</summary>
    public string? Unit { get; init; }

    /// <summary>How much is used.</summary>
    public double? Used { get; init; }

    /// <summary>The budget; for one that was given as a percentage, that part of the plan's own limit.</summary>
    public double? Limit { get; init; }

    /// <summary>How much of the budget is used, in percent. It can be more than 100.</summary>
    public double? Percent => Limit > 0 ? 100 * Used / Limit : null;

    /// <summary>The percentage of the budget from which on it is nearly reached.</summary>
    public double WarnAtPercent { get; init; }

    /// <summary>What that amounts to.</summary>
    public BudgetSeverity Severity =>
        Percent is not { } percent ? BudgetSeverity.Unknown
        : percent >= 100 ? BudgetSeverity.Reached
        : percent >= WarnAtPercent ? BudgetSeverity.Near
        : BudgetSeverity.Ok;

    /// <summary>
    /// What the figure will be at the end of the month if it goes on as since its beginning; null for figures that do not start
    /// again each month, and while too little of the month has passed to tell.
    /// </summary>
    public double? Projected { get; init; }

    /// <summary>The same as a percentage of the budget.</summary>
    public double? ProjectedPercent => Limit > 0 ? 100 * Projected / Limit : null;

    /// <summary>Whether the budget will be reached by the end of the month at this pace; null where there is no projection.</summary>
    public bool? WillBeReached => ProjectedPercent is { } projected ? projected >= 100 : null;

    /// <summary>The team; null for a personal account.</summary>
    public string? TeamId { get; init; }

    /// <summary>Why it cannot be judged; null where it can.</summary>
    public string? Reason { get; init; }

    /// <summary>The metric in words: <c>artifact storage</c>.</summary>
    internal string Name => BudgetMeasure.For(Metric).Name;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Reason ?? FormatFigures()}";

    /// <summary>Used, limit and percentage in one: <c>45.0 GiB of 40.0 GiB (112.5 %)</c>.</summary>
    internal string FormatFigures() =>
        string.Format(
            CultureInfo.InvariantCulture,
            "{0} of {1} ({2:0.#} %)",
            FormatAmount(Used) ?? "?",
            FormatAmount(Limit) ?? "?",
            Percent
        );

    /// <summary>An amount of this metric for people: bytes in steps of 1024, other numbers with thousands apart.</summary>
    internal string? FormatAmount(double? amount) =>
        amount is not { } value ? null
        : Metric == BudgetMetric.ArtifactStorage ? ByteSize.Format(value)
        : value.ToString("#,0.#", CultureInfo.InvariantCulture);
}
