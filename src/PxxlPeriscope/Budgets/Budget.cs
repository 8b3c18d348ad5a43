namespace PxxlPeriscope.Budgets;

/// <summary>Limits that somebody has set for what an account or a team consumes.</summary>
public sealed class Budget
{
    /// <summary>
    /// The part of a month, in percent, that has to have passed before its end is projected: about three days. A burst of builds
    /// on the first of a month says nothing about its end.
    /// </summary>
    private const double MinMonthFraction = 10;

    /// <summary>The limits by what they limit.</summary>
    public IReadOnlyDictionary<BudgetMetric, BudgetLimit> Limits { get; init; } = new Dictionary<BudgetMetric, BudgetLimit>();

    /// <summary>The percentage of a limit from which on it is nearly reached.</summary>
    public double WarnAtPercent { get; init; } = 80;

    /// <summary>Tells how much of the month has passed.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Compares what was consumed with each limit; one finding per limit, whether all is well or not.</summary>
    public IReadOnlyList<BudgetFinding> Check(Usage usage) =>
        [.. Limits.OrderBy(limit => limit.Key).Select(limit => Check(usage, limit.Key, limit.Value))];

    private BudgetFinding Check(Usage usage, BudgetMetric metric, BudgetLimit budget)
    {
        var figure = BudgetMeasure.For(metric);
        var planLimit = figure.PlanLimit?.Invoke(usage);
        // A limit of 0 is how a service says that it has none to tell.
        var limit = budget.Amount ?? (planLimit > 0 ? planLimit * budget.Percent / 100 : null);
        var usedAmount = figure.Used(usage);
        return new BudgetFinding
        {
            Metric = metric,
            Unit = figure.Unit,
            Used = usedAmount,
            Limit = limit,
            WarnAtPercent = WarnAtPercent,
            Projected = figure.IsMonthly ? usedAmount / MonthFraction() : null,
            TeamId = usage.TeamId,
            Reason =
                usedAmount is null ? $"Pxxl gives no figure for {figure.Name}"
                : limit is null
                    ? FormattableString.Invariant(
                        $"Pxxl gives no limit of {figure.Name} to take {budget.Percent:0.##} % of; give a size instead"
                    )
                : null,
        };
    }

    /// <summary>Null at the beginning. In which time zone Pxxl's month begins is not documented; this is UTC's.</summary>
    private double? MonthFraction()
    {
        var now = TimeProvider.GetUtcNow().UtcDateTime;
        var month = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        var part = (now - month).TotalDays / DateTime.DaysInMonth(now.Year, now.Month);
        return 100 * part >= MinMonthFraction ? part : null;
    }
}
