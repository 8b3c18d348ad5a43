using PxxlPeriscope.Budgets;

namespace PxxlPeriscope.Tests.Budgets;

/// <summary>Comparing usage with its limits.</summary>
public sealed class BudgetTests
{
    private const long Gibi = 1024L * 1024 * 1024;

    [Theory]
    [InlineData(299, BudgetSeverity.Ok)]
    [InlineData(300, BudgetSeverity.Near)]
    [InlineData(399, BudgetSeverity.Near)]
    [InlineData(400, BudgetSeverity.Reached)]
    [InlineData(999, BudgetSeverity.Reached)]
    public void A_limit_is_near_from_the_warning_threshold_and_reached_at_100_percent(long deployments, BudgetSeverity severity)
    {
        var finding = Check(new Usage { TotalDeployments = deployments }, BudgetMetric.Deployments, "400", warnAt: 75);

        Assert.Equal((severity, (double?)deployments, (double?)400), (finding.Severity, finding.Used, finding.Limit));
        Assert.Equal(deployments / 4d, finding.Percent);
    }

    [Fact]
    public void A_percentage_for_storage_is_a_budget_of_that_much_of_the_plans_limit()
    {
        var finding = Check(new Usage { ArtifactBytes = 45 * Gibi, ArtifactLimitBytes = 50 * Gibi }, BudgetMetric.ArtifactStorage, "80%");

        Assert.Equal(
            (40d * Gibi, 112.5, BudgetSeverity.Reached, "bytes"),
            (finding.Limit, finding.Percent, finding.Severity, finding.Unit)
        );
        Assert.Equal("artifact storage: 45.0 GiB of 40.0 GiB (112.5 %)", finding.ToString());
    }

    [Fact]
    public void A_size_for_storage_needs_no_limit_of_the_plan()
    {
        var finding = Check(new Usage { ArtifactBytes = 3 * Gibi }, BudgetMetric.ArtifactStorage, "4 GB");

        Assert.Equal((75, BudgetSeverity.Ok), (finding.Percent, finding.Severity));
    }

    [Fact]
    public void Build_minutes_are_those_of_the_month_and_not_of_all_time()
    {
        var finding = Check(new Usage { BuildSeconds = 9_000_000, MonthlyBuildSeconds = 600 }, BudgetMetric.BuildMinutes, "20");

        Assert.Equal((10, 50), (finding.Used, finding.Percent));
        Assert.Equal(BudgetSeverity.Unknown, Check(new Usage { BuildSeconds = 9_000_000 }, BudgetMetric.BuildMinutes, "20").Severity);
    }

    [Theory]
    [InlineData(BudgetMetric.Projects, 7)]
    [InlineData(BudgetMetric.Domains, 8)]
    [InlineData(BudgetMetric.Databases, 9)]
    public void Slots_are_counted(BudgetMetric metric, double used) =>
        Assert.Equal(
            used,
            Check(
                new Usage
                {
                    TotalProjects = 7,
                    TotalDomains = 8,
                    TotalDatabases = 9,
                },
                metric,
                "10"
            ).Used
        );

    [Theory]
    [InlineData(BudgetMetric.ArtifactStorage, "1GB", "no value for artifact storage")]
    [InlineData(BudgetMetric.BuildMinutes, "10", "no value for build minutes")]
    [InlineData(BudgetMetric.Databases, "10", "no value for databases")]
    public void A_value_that_Pxxl_does_not_return_is_not_0(BudgetMetric metric, string limit, string reason)
    {
        var finding = Check(new Usage(), metric, limit);

        Assert.Equal((BudgetSeverity.Unknown, null, null), (finding.Severity, finding.Used, finding.Percent));
        Assert.Contains(reason, finding.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    public void A_percentage_of_a_limit_that_Pxxl_does_not_give_cannot_be_judged(long? planLimit)
    {
        var finding = Check(new Usage { ArtifactBytes = Gibi, ArtifactLimitBytes = planLimit }, BudgetMetric.ArtifactStorage, "80%");

        Assert.Equal((BudgetSeverity.Unknown, (double?)Gibi, null), (finding.Severity, finding.Used, finding.Limit));
        Assert.Equal("Pxxl returns no limit for artifact storage, so 80 % of it is not known; specify a size instead", finding.Reason);
    }

    [Theory]
    [InlineData("2026-03-04T02:24:00Z", 310, 3100)]
    [InlineData("2026-03-16T12:00:00Z", 500, 1000)]
    [InlineData("2026-03-31T23:59:59Z", 500, 500)]
    // 28 days, and a time zone other than UTC.
    [InlineData("2026-02-15T02:00:00+02:00", 500, 1000)]
    public void The_pace_of_a_month_is_projected_to_its_end(string now, double minutes, double projected)
    {
        var finding = Check(new Usage { MonthlyBuildSeconds = minutes * 60 }, BudgetMetric.BuildMinutes, "800", now: now);

        Assert.Equal(projected, finding.Projected!.Value, tolerance: 0.1);
        Assert.Equal(projected / 8, finding.ProjectedPercent!.Value, tolerance: 0.1);
        Assert.Equal(projected >= 800, finding.WillBeReached);
    }

    [Theory]
    [InlineData("2026-03-01T00:00:00Z")]
    [InlineData("2026-03-01T09:00:00Z")]
    [InlineData("2026-03-04T02:00:00Z")]
    public void The_beginning_of_a_month_tells_nothing_of_its_end(string now)
    {
        var finding = Check(new Usage { MonthlyBuildSeconds = 60_000 }, BudgetMetric.BuildMinutes, "2000", now: now);

        Assert.Equal((null, null, null), (finding.Projected, finding.ProjectedPercent, finding.WillBeReached));
        Assert.Equal(BudgetSeverity.Ok, finding.Severity);
    }

    [Fact]
    public void A_projection_alone_does_not_change_the_severity()
    {
        var finding = Check(new Usage { MonthlyBuildSeconds = 60_000 }, BudgetMetric.BuildMinutes, "1500", now: "2026-03-10T00:00:00Z");

        Assert.Equal((BudgetSeverity.Ok, true), (finding.Severity, finding.WillBeReached));
    }

    [Fact]
    public void A_metric_that_does_not_restart_each_month_has_no_projection() =>
        Assert.Null(Check(new Usage { TotalDeployments = 100 }, BudgetMetric.Deployments, "200").Projected);

    [Fact]
    public void There_is_a_finding_for_each_limit_and_it_names_the_team()
    {
        var budget = new Budget
        {
            Limits = new Dictionary<BudgetMetric, BudgetLimit>
            {
                [BudgetMetric.Domains] = BudgetLimit.Of(BudgetMetric.Domains, 5),
                [BudgetMetric.ArtifactStorage] = BudgetLimit.Parse(BudgetMetric.ArtifactStorage, "80%"),
            },
        };

        var findings = budget.Check(new Usage { TeamId = "team_1", TotalDomains = 1 });

        Assert.Equal([BudgetMetric.ArtifactStorage, BudgetMetric.Domains], findings.Select(finding => finding.Metric));
        Assert.All(findings, finding => Assert.Equal("team_1", finding.TeamId));
    }

    private static BudgetFinding Check(
        Usage usage,
        BudgetMetric metric,
        string limit,
        double warnAt = 80,
        string now = "2026-03-16T12:00:00Z"
    ) =>
        Assert.Single(
            new Budget
            {
                Limits = new Dictionary<BudgetMetric, BudgetLimit> { [metric] = BudgetLimit.Parse(metric, limit) },
                WarnAtPercent = warnAt,
                TimeProvider = new FixedClock(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)),
            }.Check(usage)
        );

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now.ToUniversalTime();
    }
}
