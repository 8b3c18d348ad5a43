namespace PxxlPeriscope.Tests.Budgets;

/// <summary>The formats in which a budget can be specified.</summary>
public sealed class BudgetLimitTests
{
    private const double Gibi = 1024d * 1024 * 1024;

    [Theory]
    [InlineData("4000", 4000)]
    [InlineData(" 4000.5 ", 4000.5)]
    public void A_number_is_an_amount(string text, double amount) =>
        Assert.Equal((amount, null), Both(BudgetLimit.Parse(BudgetMetric.BuildMinutes, text)));

    [Theory]
    [InlineData("1.5GB", 1.5 * Gibi)]
    [InlineData("1.5 GB", 1.5 * Gibi)]
    [InlineData("1.5 gib", 1.5 * Gibi)]
    [InlineData("500MB", 500 * 1024 * 1024)]
    [InlineData("64 KiB", 64 * 1024)]
    [InlineData("2TB", 2048 * Gibi)]
    [InlineData("12 B", 12)]
    [InlineData("1048576", 1048576)]
    public void A_size_is_counted_in_steps_of_1024(string text, double bytes) =>
        Assert.Equal((bytes, null), Both(BudgetLimit.Parse(BudgetMetric.ArtifactStorage, text)));

    [Theory]
    [InlineData("80%", 80)]
    [InlineData("80 %", 80)]
    [InlineData("99.5%", 99.5)]
    [InlineData("100%", 100)]
    public void A_percentage_is_one_of_the_plans_limit(string text, double percent) =>
        Assert.Equal((null, percent), Both(BudgetLimit.Parse(BudgetMetric.ArtifactStorage, text)));

    [Theory]
    [InlineData(BudgetMetric.BuildMinutes, "build minutes")]
    [InlineData(BudgetMetric.Deployments, "deployments")]
    [InlineData(BudgetMetric.Domains, "domains")]
    public void A_percentage_of_a_limit_that_Pxxl_does_not_return_is_rejected_with_an_alternative(BudgetMetric metric, string name)
    {
        var problem = Assert.Throws<FormatException>(() => BudgetLimit.Parse(metric, "80%"));

        Assert.Contains($"returns no limit for {name}", problem.Message, StringComparison.Ordinal);
        Assert.Contains("a number such as 4000", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.8, "could mean 80 %")]
    [InlineData(0, "is out of range")]
    [InlineData(-5, "is out of range")]
    [InlineData(double.NaN, "is out of range")]
    [InlineData(double.PositiveInfinity, "is out of range")]
    public void An_ambiguous_or_unusable_number_is_rejected(double amount, string problem) =>
        Assert.Contains(
            problem,
            Assert.Throws<FormatException>(() => BudgetLimit.Of(BudgetMetric.ArtifactStorage, amount)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(BudgetMetric.ArtifactStorage, "")]
    [InlineData(BudgetMetric.ArtifactStorage, "GB")]
    [InlineData(BudgetMetric.ArtifactStorage, "1.2.3 GB")]
    [InlineData(BudgetMetric.ArtifactStorage, "40 G")]
    [InlineData(BudgetMetric.ArtifactStorage, "40 i")]
    [InlineData(BudgetMetric.ArtifactStorage, "-1GB")]
    [InlineData(BudgetMetric.ArtifactStorage, "0.8")]
    [InlineData(BudgetMetric.ArtifactStorage, "0%")]
    [InlineData(BudgetMetric.ArtifactStorage, "0.8%")]
    [InlineData(BudgetMetric.ArtifactStorage, "120%")]
    [InlineData(BudgetMetric.ArtifactStorage, "%")]
    [InlineData(BudgetMetric.BuildMinutes, "40 GB")]
    [InlineData(BudgetMetric.BuildMinutes, "4,000")]
    [InlineData(BudgetMetric.BuildMinutes, "many")]
    public void An_invalid_budget_is_rejected(BudgetMetric metric, string text) =>
        Assert.Throws<FormatException>(() => BudgetLimit.Parse(metric, text));

    [Theory]
    [InlineData("75%", 75)]
    [InlineData("75", 75)]
    [InlineData("99.9 %", 99.9)]
    public void The_share_for_a_warning_is_a_percentage_with_or_without_its_sign(string text, double percent) =>
        Assert.Equal(percent, BudgetLimit.ParsePercent(text));

    [Theory]
    [InlineData("0.75")]
    [InlineData("101")]
    [InlineData("0")]
    [InlineData("-5%")]
    [InlineData("")]
    [InlineData("half")]
    public void An_invalid_percentage_is_rejected(string text) => Assert.Throws<FormatException>(() => BudgetLimit.ParsePercent(text));

    private static (double? Amount, double? Percent) Both(BudgetLimit limit) => (limit.Amount, limit.Percent);
}
