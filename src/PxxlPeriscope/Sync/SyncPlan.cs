using PxxlPeriscope.Reports.Conversion;

namespace PxxlPeriscope.Sync;

/// <summary>What a synchronization is about to send, and what it will remember when that is done.</summary>
internal sealed class SyncPlan
{
    /// <summary>In the order in which the deployments began.</summary>
    internal List<DeploymentReport> Reports { get; } = [];

    /// <summary>How many deployments were looked at.</summary>
    internal int Read { get; set; }

    /// <summary>How many of them are not sent, by the reason.</summary>
    internal Dictionary<string, int> Skipped { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, RunningDeployment> Running { get; } = new(StringComparer.Ordinal);

    internal List<SuccessfulRelease> LastSuccesses { get; } = [];

    internal void Skip(string reason) => Skipped[reason] = (Skipped.TryGetValue(reason, out var count) ? count : 0) + 1;
}
