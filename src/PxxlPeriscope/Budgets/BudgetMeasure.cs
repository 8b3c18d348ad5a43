namespace PxxlPeriscope.Budgets;

/// <summary>Reads the value of a metric from a <see cref="Usage"/>. (docs/facts/pxxl-api.md, "Usage".)</summary>
internal sealed class BudgetMeasure
{
    private static readonly Dictionary<BudgetMetric, BudgetMeasure> All = new()
    {
        // The only limit that the Pxxl API returns.
        [BudgetMetric.ArtifactStorage] = new("artifact storage", "bytes", usage => usage.ArtifactBytes)
        {
            PlanLimit = usage => usage.ArtifactLimitBytes,
        },
        [BudgetMetric.BuildMinutes] = new("build minutes", "minutes", usage => usage.MonthlyBuildMinutes) { IsMonthly = true },
        [BudgetMetric.Deployments] = new("deployments", null, usage => usage.TotalDeployments),
        [BudgetMetric.Projects] = new("projects", null, usage => usage.TotalProjects),
        [BudgetMetric.Domains] = new("domains", null, usage => usage.TotalDomains),
        [BudgetMetric.Databases] = new("databases", null, usage => usage.TotalDatabases),
    };

    private BudgetMeasure(string name, string? unit, Func<Usage, double?> used) => (Name, Unit, Used) = (name, unit, used);

    internal string Name { get; }

    internal string? Unit { get; }

    internal Func<Usage, double?> Used { get; }

    /// <summary>Returns the plan's limit, for metrics that have one.</summary>
    internal Func<Usage, double?>? PlanLimit { get; private init; }

    /// <summary>Whether the metric restarts at 0 each month.</summary>
    internal bool IsMonthly { get; private init; }

    internal bool IsSize => Unit == "bytes";

    internal static BudgetMeasure For(BudgetMetric metric) => All[metric];
}
