using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>Moves the seeded deployments into the 30 days that a first run reads. The seed spreads them over 60 days.</summary>
internal static class RecentDeployments
{
    private const int Closer = 3;

    /// <summary>Moves the deployments of a sandbox in which all of them have finished.</summary>
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
