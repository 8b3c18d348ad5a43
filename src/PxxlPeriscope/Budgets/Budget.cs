namespace PxxlPeriscope.Budgets;

/// <summary>User-defined limits for the usage of an account or a team.</summary>
internal sealed class Budget
{
    /// <summary>
    /// The percentage of a month (about three days) that must have passed before the end of the month is projected. A burst of builds on
    /// the first day would distort the projection.
    /// </summary>
    private const double MinMonthFraction = 10;

    /// <summary>The limit of each metric.</summary>
    public IReadOnlyDictionary<BudgetMetric, BudgetLimit> Limits { get; init; } = new Dictionary<BudgetMetric, BudgetLimit>();

    /// <summary>The percentage of a limit at which it counts as nearly reached.</summary>
    public double WarnAtPercent { get; init; } = 80;

    /// <summary>The clock that determines how much of the month has passed.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Compares the usage with each limit and returns one finding per limit, including those that are not reached.</summary>
    public IReadOnlyList<BudgetFinding> Check(Usage usage) =>
        [.. Limits.OrderBy(limit => limit.Key).Select(limit => Check(usage, limit.Key, limit.Value))];

    private BudgetFinding Check(Usage usage, BudgetMetric metric, BudgetLimit budget)
    {
        var figure = BudgetMeasure.For(metric);
        var planLimit = figure.PlanLimit?.Invoke(usage);
        // Services return a limit of 0 if there is none.
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
                usedAmount is null ? $"Pxxl returns no value for {figure.Name}"
                : limit is null
                    ? FormattableString.Invariant(
                        $"Pxxl returns no limit for {figure.Name}, so {budget.Percent:0.##} % of it is not known; specify a size instead"
                    )
                : null,
        };
    }

    /// <summary>Null at the beginning of a month. The time zone of Pxxl's month is not documented, so UTC is used.</summary>
    private double? MonthFraction()
    {
        var now = TimeProvider.GetUtcNow().UtcDateTime;
        var month = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        var part = (now - month).TotalDays / DateTime.DaysInMonth(now.Year, now.Month);
        return 100 * part >= MinMonthFraction ? part : null;
    }
}
