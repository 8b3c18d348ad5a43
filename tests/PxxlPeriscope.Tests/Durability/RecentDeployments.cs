using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>Brings what a seed has made within the 30 days that a first run reads: the seed spreads it over twice as many.</summary>
internal static class RecentDeployments
{
    private const int Closer = 3;

    /// <summary>Of a sandbox in which everything has ended.</summary>
    public static void Create(SandboxHost sandbox)
    {
        var now = sandbox.Clock.UtcNow;
        sandbox.Data.Replace([
            .. sandbox.Data.Deployments.Select(deployment =>
                deployment with
                {
                    CreatedAt = now - LiveDeployments.MaxDuration - ((now - deployment.CreatedAt) / Closer),
                    FinishedAt = null,
                }
            ),
        ]);
    }
}
