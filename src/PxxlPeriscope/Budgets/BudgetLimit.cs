using System.Globalization;
using PxxlPeriscope.Budgets;
using PxxlPeriscope.Text;

namespace PxxlPeriscope;

/// <summary>A budget as specified by the user: an amount, or a percentage of the plan's limit.</summary>
public sealed class BudgetLimit
{
    private BudgetLimit(double? amount, double? percent) => (Amount, Percent) = (amount, percent);

    /// <summary>The amount in the unit of the metric: bytes, minutes or a count.</summary>
    public double? Amount { get; }

    /// <summary>The percentage of the plan's limit.</summary>
    public double? Percent { get; }

    /// <summary>Creates a budget from an amount in the unit of the metric.</summary>
    /// <exception cref="FormatException">The amount is below 1. An amount such as 0.8 could also mean 80 %.</exception>
    public static BudgetLimit Of(BudgetMetric metric, double amount) =>
        amount is >= 1 and < double.PositiveInfinity ? new(amount, null)
        : amount > 0 && amount < 1
            ? throw CreateFormatException(metric, FormattableString.Invariant($"{amount} could mean {100 * amount:0.##} %"))
        : throw CreateFormatException(metric, FormattableString.Invariant($"{amount} is out of range"));

    /// <summary>Parses <c>80%</c>, <c>4000</c> or, for a size, <c>1.5 GB</c> (in steps of 1024).</summary>
    /// <exception cref="FormatException">The text has another format, or is a percentage of a limit that Pxxl does not return.</exception>
    public static BudgetLimit Parse(BudgetMetric metric, string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length > 0 && trimmed[trimmed.Length - 1] == '%')
        {
            return BudgetMeasure.For(metric).PlanLimit is null
                ? throw CreateFormatException(
                    metric,
                    $"{trimmed} is a percentage, but Pxxl returns no limit for {BudgetMeasure.For(metric).Name}"
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
            : throw CreateFormatException(metric, $"'{Printable.ToSingleLine(trimmed, 40)}' is not an amount");
    }

    /// <summary>Parses a percentage: <c>75%</c>, or <c>75</c> where only a percentage is possible.</summary>
    /// <exception cref="FormatException">The text is not a number from 1 to 100. A number such as 0.75 could mean 75 % or less than 1
    /// %.</exception>
    public static double ParsePercent(string text) =>
        double.TryParse(text.Trim().TrimEnd('%').TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
        && percent is >= 1 and <= 100
            ? percent
            : throw new FormatException($"'{Printable.ToSingleLine(text, 40)}' is not a percentage between 1% and 100%, such as 75%.");

    private static FormatException CreateFormatException(BudgetMetric metric, string problem)
    {
        var figure = BudgetMeasure.For(metric);
        var forms = figure.IsSize ? "a percentage of the plan's limit such as 80%, or a size such as 40GB" : "a number such as 4000";
        return new FormatException($"The budget for {figure.Name} is not valid: {problem}. Specify {forms}.");
    }
}
