using PxxlPeriscope.Sandbox.Pxxl.Data;

namespace PxxlPeriscope.Sandbox.Pxxl.Routes;

/// <summary>The usage of a set of deployments.</summary>
internal sealed class UsageFigures
{
    private static readonly string[] Successes = ["deployed", "successful", "succeeded"];
    private static readonly string[] Running = ["queued", "building", "promoting"];

    private UsageFigures() { }

    public int Deployments { get; private set; }

    public int Successful { get; private set; }

    public int Failed { get; private set; }

    public int UnderWay { get; private set; }

    public double BuildSeconds { get; private set; }

    /// <summary>The usage of the current month. The time zone is not published; the sandbox uses UTC.</summary>
    public double MonthlyBuildSeconds { get; private set; }

    public long ArtifactBytes { get; private set; }

    public static UsageFigures Of(IEnumerable<SandboxDeployment> deployments, DateTimeOffset now)
    {
        var month = new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var figures = new UsageFigures();
        foreach (var deployment in deployments)
            figures.Count(deployment, month);
        return figures;
    }

    private void Count(SandboxDeployment deployment, DateTimeOffset month)
    {
        Deployments++;
        Successful += Successes.Contains(deployment.Status) ? 1 : 0;
        Failed += deployment.Status == "failed" ? 1 : 0;
        UnderWay += Running.Contains(deployment.Status) ? 1 : 0;
        BuildSeconds += deployment.BuildSeconds ?? 0;
        MonthlyBuildSeconds += deployment.CreatedAt >= month ? deployment.BuildSeconds ?? 0 : 0;
        ArtifactBytes += deployment.ArtifactBytes ?? 0;
    }
}
