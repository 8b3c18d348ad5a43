using System.Globalization;
using PxxlPeriscope.Budgets;
using PxxlPeriscope.Text;

namespace PxxlPeriscope;

/// <summary>A budget as somebody writes it: an amount, or a percentage of the plan's own limit.</summary>
public sealed class BudgetLimit
{
    private BudgetLimit(double? amount, double? percent) => (Amount, Percent) = (amount, percent);

    /// <summary>In the metric's unit: bytes, minutes or a count.</summary>
    public double? Amount { get; }

    /// <summary>In percent of the plan's own limit.</summary>
    public double? Percent { get; }

    /// <summary>Takes an amount in the metric's unit.</summary>
    /// <exception cref="FormatException">It is below 1. So is 0.8, which could as well be meant as 80 %.</exception>
    public static BudgetLimit Of(BudgetMetric metric, double amount) =>
        amount is >= 1 and < double.PositiveInfinity ? new(amount, null)
        : amount > 0 && amount < 1
            ? throw CreateFormatException(metric, FormattableString.Invariant($"{amount} could be meant as {100 * amount:0.##} %"))
        : throw CreateFormatException(metric, FormattableString.Invariant($"{amount} is nothing that could be reached"));

    /// <summary>Reads <c>80%</c>, <c>4000</c> or, for a size, <c>1.5 GB</c> (in steps of 1024).</summary>
    /// <exception cref="FormatException">It is none of these, or a percentage where Pxxl tells no limit to take it of.</exception>
    public static BudgetLimit Parse(BudgetMetric metric, string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length > 0 && trimmed[trimmed.Length - 1] == '%')
        {
            return BudgetMeasure.For(metric).PlanLimit is null
                ? throw CreateFormatException(
                    metric,
                    $"{trimmed} would be a percentage of a limit that Pxxl does not tell: of {BudgetMeasure.For(metric).Name} there is no quota in its API"
                )
                : new(null, ParsePercent(trimmed));
        }

        var digits = trimmed.Length - trimmed.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.').Length;
        var (figures, unit) = (trimmed.Substring(0, digits), trimmed.Substring(digits).Trim());
        var factor =
            unit.Length == 0 ? 1
            : BudgetMeasure.For(metric).IsSize ? ByteSize.ParseUnit(unit)
            : null;
        return factor is { } known && double.TryParse(figures, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? Of(metric, number * known)
            : throw CreateFormatException(metric, $"'{Printable.ToSingleLine(trimmed, 40)}' is none");
    }

    /// <summary>Reads a percentage: <c>75%</c>, or <c>75</c> where nothing but a percentage can be meant.</summary>
    /// <exception cref="FormatException">It is no number from 1 to 100. So is 0.75, which could be meant as 75 % or as less than 1 %.</exception>
    public static double ParsePercent(string text) =>
        double.TryParse(text.Trim().TrimEnd('%').TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
        && percent is >= 1 and <= 100
            ? percent
            : throw new FormatException($"'{Printable.ToSingleLine(text, 40)}' is no percentage from 1% to 100%. Write it as 75%.");

    private static FormatException CreateFormatException(BudgetMetric metric, string problem)
    {
        var figure = BudgetMeasure.For(metric);
        var forms = figure.IsSize ? "a percentage of the plan's limit such as 80%, or a size such as 40GB" : "a number such as 4000";
        return new FormatException($"A budget for {figure.Name} is needed, and {problem}. Give {forms}.");
    }
}
