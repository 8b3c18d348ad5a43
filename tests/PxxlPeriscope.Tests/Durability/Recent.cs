using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests;

/// <summary>Brings what a seed has made within the 30 days that a first run reads: the seed spreads it over twice as many.</summary>
internal static class Recent
{
    private const int Closer = 3;

    /// <summary>Of a sandbox in which everything has ended.</summary>
    public static void Make(SandboxHost sandbox)
    {
        var now = sandbox.Clock.UtcNow;
        sandbox.Data.Replace([.. sandbox.Data.Deployments.Select(deployment => deployment with
        {
            CreatedAt = now - Life.Longest - ((now - deployment.CreatedAt) / Closer),
            FinishedAt = null,
        })]);
    }
}
